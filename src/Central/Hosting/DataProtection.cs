using Microsoft.AspNetCore.DataProtection;

namespace IntraMessenger.Central.Hosting;

internal static class DataProtection
{
    /// <summary>
    /// Authentication and proxy bring the framework's key ring, which at the start writes keys into the home folder. Nothing here uses it:
    /// sessions are random tokens in the store.
    /// </summary>
    public static void WithoutDataProtection(this IServiceCollection services)
    {
        var framework = typeof(DataProtectionOptions).Assembly;
        foreach (var writer in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == framework).ToArray())
            services.Remove(writer);
    }
}
