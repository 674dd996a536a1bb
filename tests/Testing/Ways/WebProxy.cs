using System.Net.Sockets;
using IntraMessenger.Launcher;

namespace IntraMessenger.Testing.Ways;

/// <summary>A real proxy between the browser and the gateway, with a folder of its own.</summary>
public sealed class WebProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("im-proxy-");
    private readonly int _port = FreePort.Next();
    private int _pid;

    private WebProxy()
    {
    }

    /// <summary>As a browser is configured with it, or as the address that it stands for.</summary>
    public string Address => $"http://127.0.0.1:{_port}";

    private string Log => Path.Combine(_folder.FullName, "log");

    /// <summary>Squid as Debian has it, which browsers ask for everything.</summary>
    public static Task<WebProxy> SquidAsync() => StartAsync("squid", (proxy, tool) => $"""
        http_port 127.0.0.1:{proxy._port}
        acl here dst 127.0.0.0/8 ::1
        http_access allow here
        http_access deny all
        cache deny all
        access_log none
        cache_log {proxy.Log}.squid
        pid_filename none
        pinger_enable off
        coredump_dir none
        cache_effective_user nobody
        visible_hostname proxy
        shutdown_lifetime 0 seconds
        unlinkd_program {tool.Root}/usr/lib/squid/unlinkd
        mime_table {tool.Root}/usr/share/squid/mime.conf
        icon_directory {tool.Root}/usr/share/squid/icons
        err_page_stylesheet none
        """, config => ["-N", "-f", config]);

    /// <summary>Nginx before the gateway, which keeps answers until they are complete and does not let itself be told otherwise.</summary>
    public static Task<WebProxy> BufferingAsync(string gateway) => StartAsync("nginx", (proxy, _) => $$"""
        daemon off;
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        pid {{proxy._folder.FullName}}/pid;
        error_log stderr;
        events { }
        http {
            access_log off;
            client_body_temp_path {{proxy._folder.FullName}}/body;
            proxy_temp_path {{proxy._folder.FullName}}/proxy;
            fastcgi_temp_path {{proxy._folder.FullName}}/fastcgi;
            uwsgi_temp_path {{proxy._folder.FullName}}/uwsgi;
            scgi_temp_path {{proxy._folder.FullName}}/scgi;
            server {
                listen 127.0.0.1:{{proxy._port}};
                location / {
                    proxy_pass {{gateway}};
                    proxy_set_header Host $http_host;
                    proxy_buffering on;
                    proxy_ignore_headers X-Accel-Buffering;
                    proxy_buffers 16 64k;
                    proxy_buffer_size 64k;
                }
            }
        }
        """, config => ["-e", "stderr", "-p", FolderOf(config), "-c", config]);

    public async ValueTask DisposeAsync()
    {
        await BackgroundProcess.StopAsync(_pid, TimeSpan.FromSeconds(10));
        _folder.Delete(recursive: true);
    }

    private static string FolderOf(string config) => Path.GetDirectoryName(config)!;

    private static async Task<WebProxy> StartAsync(string name, Func<WebProxy, Tool, string> configure, Func<string, string[]> arguments)
    {
        var (proxy, tool) = (new WebProxy(), Tool.Find(name));
        var config = Path.Combine(proxy._folder.FullName, name + ".conf");
        await File.WriteAllTextAsync(config, configure(proxy, tool) + "\n");
        // Squid gives up being root before it opens its log.
        File.SetUnixFileMode(proxy._folder.FullName, (UnixFileMode)0b111_111_111);
        proxy._pid = tool.Start(proxy.Log, arguments(config));
        await Eventually.HoldsAsync(() => AnswersAsync(proxy._port), $"{name} that listens", 20, () => File.ReadAllText(proxy.Log));
        return proxy;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
