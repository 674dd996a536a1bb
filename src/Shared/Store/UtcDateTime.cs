using System.Data;
using Dapper;

namespace IntraMessenger.Shared.Store;

/// <summary>Every DATETIME of the store is UTC; the driver returns it without a kind.</summary>
internal sealed class UtcDateTime : SqlMapper.TypeHandler<DateTime>
{
    public static void Register()
    {
        SqlMapper.RemoveTypeMap(typeof(DateTime));
        SqlMapper.RemoveTypeMap(typeof(DateTime?));
        SqlMapper.AddTypeHandler(new UtcDateTime());
    }

    public override DateTime Parse(object value) => DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc);

    public override void SetValue(IDbDataParameter parameter, DateTime value)
    {
        parameter.DbType = DbType.DateTime;
        parameter.Value = value;
    }
}
