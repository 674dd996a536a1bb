namespace IntraMessenger.Shared.Store;

/// <summary>The roles that an account was given, as every statement reads them.</summary>
public static class AccountRoles
{
    /// <summary>An expression: the ids of the roles of the account <c>a</c>, ascending, separated by commas; empty for none.</summary>
    public const string Ids = "COALESCE((SELECT GROUP_CONCAT(r.role_id ORDER BY r.role_id) FROM account_roles r WHERE r.account_id = a.id), '')";
}
