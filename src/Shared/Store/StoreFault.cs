using System.Data.Common;
using System.Net.Sockets;

namespace IntraMessenger.Shared.Store;

/// <summary>What an exception of the driver means for whoever called the store.</summary>
public enum StoreFault
{
    /// <summary>A fault of ours: wrong SQL, a broken constraint.</summary>
    Other,
    /// <summary>Deadlock, lock timeout, certification conflict: the same work may be tried again at once.</summary>
    Conflict,
    /// <summary>A unique index said no.</summary>
    Duplicate,
    /// <summary>The connection is gone; after a COMMIT the outcome is unknown.</summary>
    Lost,
    /// <summary>The store is there and cannot take work now: full, read-only, too many connections, too slow.</summary>
    Refused,
}

public static class StoreFaults
{
    public static StoreFault Of(Exception e)
    {
        if (Driver.ErrorNumber(e) is var number and > 0)
        {
            return number switch
            {
                1213 or 1205 or 1020 => StoreFault.Conflict,
                1062 => StoreFault.Duplicate,
                // 1047: a member of a Galera cluster that has lost the others. 1180: an error during COMMIT.
                1047 or 1180 or 1042 or 1043 or 1053 or 1077 or 1079 or 1080 or 1152 or 1153 or 1154 or 1155 or 1156 or 1157 or 1158 or 1159 or 1160 or 1161 or 1184
                    or 1927 or 2002 or 2003 or 2006 or 2013 or 2055 or 4031 => StoreFault.Lost,
                1021 or 1040 or 1044 or 1045 or 1049 or 1114 or 1129 or 1203 or 1226 or 1290 or 1317 or 1792 or 1836 or 1969 or 3024 => StoreFault.Refused,
                _ => StoreFault.Other,
            };
        }

        return e is DbException or IOException or SocketException or TimeoutException or ObjectDisposedException
            || e is InvalidOperationException && e.Source == "MySql.Data"
            ? StoreFault.Lost
            : StoreFault.Other;
    }

    public static bool IsDuplicate(this DbException e) => Of(e) == StoreFault.Duplicate;
}

/// <summary>The store cannot be reached or cannot take work now. Nothing was decided: the caller may repeat its call.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The store is there, and work of others stood in the way until the attempts were used up.</summary>
    public bool IsConflict { get; init; }
}
