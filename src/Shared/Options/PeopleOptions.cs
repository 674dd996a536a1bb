using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Options;

/// <summary>Section <c>directory</c>: whom people find.</summary>
public sealed class DirectoryOptions
{
    [Option("Whether people may list everybody who can be found; where not, they have to search.",
        "Si l'on peut parcourir la liste de toutes les personnes trouvables ; sinon il faut chercher.", Since = 3, ForClients = true, ByRole = true,
        Original = "_PUBLIC_USERS_LIST")]
    public bool Browse { get; set; }
}

/// <summary>Section <c>presence</c>: what people show of themselves.</summary>
public sealed class PresenceOptions
{
    private const int MostReasons = 10;
    private const int LongestReason = 40;

    [Option("Whether people may choose to be hidden: offline to everybody. Who is hidden already stays so until they choose another status.",
        "Si l'on peut choisir d'être caché : hors ligne pour tout le monde. Qui l'est déjà le reste jusqu'à un autre choix.", Since = 3, ForClients = true, ByRole = true,
        Original = "_ALLOW_HIDDEN_STATUS")]
    public bool AllowHidden { get; set; } = true;

    [Option("The words that people may add to the status online; empty allows any.", "Les mots que l'on peut ajouter au statut en ligne ; vide les permet tous.",
        Since = 3, ForClients = true, Original = "_ONLINE_REASONS_LIST")]
    [TextList(MostReasons, LongestReason)]
    public string[] OnlineReasons { get; set; } = [];

    [Option("The words that people may add to the status away; empty allows any.", "Les mots que l'on peut ajouter au statut absent ; vide les permet tous.",
        Since = 3, ForClients = true, Original = "_AWAY_REASONS_LIST")]
    [TextList(MostReasons, LongestReason)]
    public string[] AwayReasons { get; set; } = [];

    [Option("The words that people may add to the status busy; empty allows any.", "Les mots que l'on peut ajouter au statut occupé ; vide les permet tous.",
        Since = 3, ForClients = true, Original = "_BUSY_REASONS_LIST")]
    [TextList(MostReasons, LongestReason)]
    public string[] BusyReasons { get; set; } = [];

    [Option("The words that people may add to the status doNotDisturb; empty allows any.",
        "Les mots que l'on peut ajouter au statut ne pas déranger ; vide les permet tous.", Since = 3, ForClients = true, Original = "_DONOTDISTURB_REASONS_LIST")]
    [TextList(MostReasons, LongestReason)]
    public string[] DoNotDisturbReasons { get; set; } = [];

    [Option("After how long without input the page shows somebody who is online as away; 0 never does.",
        "Après combien de temps sans activité la page montre comme absente une personne en ligne ; 0 ne le fait jamais.", Unit = "minutes", Since = 3,
        ForClients = true, ByRole = true, Original = "_FORCE_AWAY_ON_SCREENSAVER")]
    [Range(0, 1_440)]
    public int AwayAfterMinutes { get; set; }
}

/// <summary>Section <c>profile</c>.</summary>
public sealed class ProfileOptions
{
    [Option("Whether people may change what others see of them, such as the display name.",
        "Si l'on peut changer ce que les autres voient de soi, comme le nom affiché.", Since = 3, ForClients = true, ByRole = true, Original = "_ALLOW_MANAGE_PROFILE")]
    public bool AllowChange { get; set; } = true;
}

/// <summary>Section <c>permissions</c>: what roles give or take.</summary>
public sealed class PermissionOptions
{
    [Option("Whether nobody may write to the person directly; in conferences they are like everybody.",
        "Si personne ne peut écrire directement à la personne ; dans les conférences, elle est comme les autres.", Since = 3, OfHomeSet = true, ByRole = true)]
    public bool Silent { get; set; }
}
