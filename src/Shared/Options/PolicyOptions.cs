using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Options;

// The options of a policy set, each declared once: key, type, default, range and meaning. As a limit, 0 means no limit.

/// <summary>All options with the values that hold for somebody, by section.</summary>
public sealed class PolicyOptions
{
    public AccountOptions Accounts { get; set; } = new();

    public ContactOptions Contacts { get; set; } = new();

    public SessionOptions Sessions { get; set; } = new();

    public MessageOptions Messages { get; set; } = new();

    public ConferenceOptions Conferences { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public DirectoryOptions Directory { get; set; } = new();

    public PresenceOptions Presence { get; set; } = new();

    public ProfileOptions Profile { get; set; } = new();

    public PermissionOptions Permissions { get; set; } = new();

    public LookOptions Look { get; set; } = new();
}

/// <summary>Section <c>contacts</c>.</summary>
public sealed class ContactOptions
{
    [Option("How many contacts a person may have: those asked for and those accepted.",
        "Combien de contacts une personne peut avoir : demandés et acceptés.", Unit = "contacts", ForClients = true, ByRole = true,
        Original = "_MAX_NB_CONTACT_BY_USER")]
    [Range(0, 10_000)]
    public int Max { get; set; } = 200;

    [Option("Whether a person may appear offline to contacts of their choice. Taking it back is always allowed.",
        "Si une personne peut paraître hors ligne pour des contacts de son choix. Y renoncer est toujours permis.", Since = 3, ForClients = true, ByRole = true,
        Original = "_ALLOW_HIDDEN_TO_CONTACTS")]
    public bool AllowHiddenFrom { get; set; } = true;

    [Option("Whether a person may give contacts a name of their own.", "Si une personne peut donner à ses contacts un nom de son choix.", Since = 3,
        ForClients = true, ByRole = true, Original = "_ALLOW_CHANGE_CONTACT_NICKNAME")]
    public bool AllowAlias { get; set; } = true;

    [Option("Whether people manage their contacts themselves; where not, administrators do, and people may still decline and block.",
        "Si les personnes gèrent elles-mêmes leurs contacts ; sinon les administrateurs le font, et l'on peut toujours refuser et bloquer.", Since = 3,
        ForClients = true, ByRole = true, Original = "_ALLOW_MANAGE_CONTACT_LIST")]
    public bool ManagedByUser { get; set; } = true;

    [Option("Usernames of people whom every new account gets as contacts, accepted on both sides.",
        "Noms d'utilisateur des personnes que chaque nouveau compte reçoit comme contacts, acceptés des deux côtés.", Since = 3, Original = "_AUTO_ADD_CONTACT_USER_ID")]
    [TextList(20, 64)]
    public string[] AutoAdd { get; set; } = [];
}

/// <summary>Section <c>sessions</c>.</summary>
public sealed class SessionOptions
{
    [Option("How many people may be connected at once under this policy set, over all its nodes.",
        "Combien de personnes peuvent être connectées en même temps sous ce profil, tous nœuds confondus.", Unit = "people", Original = "_MAX_NB_SESSION")]
    [Range(0, 1_000_000)]
    public int MaxConnectedUsers { get; set; }

    [Option("How long a sign-in stays valid.", "Combien de temps une connexion reste valable.", Unit = "hours", ByRole = true)]
    [Range(1, 8_760)]
    public int LifetimeHours { get; set; } = 720;

    [Option("How many sessions a person may have; a further one ends the least recently used.",
        "Combien de sessions une personne peut avoir ; une de plus met fin à la moins récemment utilisée.", Unit = "sessions", ByRole = true)]
    [Range(1, 1_000)]
    public int MaxPerPerson { get; set; } = 50;

    [Option("How many sessions one address may hold under this policy set at once; one more first ends those of it that nobody uses at the moment. Counted are those of people for whom this limit holds; their addresses are kept with their sessions while it does.",
        "Combien de sessions une adresse peut avoir en même temps sous ce profil ; une de plus met d'abord fin à celles que personne n'utilise. Comptent celles des personnes soumises à cette limite ; leurs adresses sont gardées avec leurs sessions tant qu'elle vaut.",
        Unit = "sessions", ByRole = true, Since = 3, Original = "_MAX_NB_IP")]
    [Range(0, 100_000)]
    public int MaxPerAddress { get; set; }

    [Option("Maintenance: nobody is served under this policy set; clients are told to come back later, and do so by themselves.",
        "Maintenance : personne n'est servi sous ce profil ; les clients sont priés de revenir plus tard, et le font d'eux-mêmes.", Since = 3, Original = "_MAINTENANCE_MODE")]
    public bool Maintenance { get; set; }

    [Option("An address to use instead of this one: signing in and up is refused and points there. Who is signed in stays.",
        "Une adresse à utiliser à la place de celle-ci : connexion et inscription sont refusées et y renvoient. Qui est connecté le reste.", Since = 3,
        Original = "_STOP_USE_THIS_SERVER_ADDRESS_NOW_USE_THIS_URL _STOP_USE_THIS_SERVER_ADDRESS_NOW_USE_THIS_URL_AFTER_LOGIN")]
    [Link]
    public string UseInstead { get; set; } = "";
}

/// <summary>Section <c>messages</c>.</summary>
public sealed class MessageOptions
{
    [Option("The longest text of a message.", "La longueur maximale du texte d'un message.", Unit = "characters", ForClients = true, ByRole = true)]
    [Range(1, 16_000)]
    public int MaxLength { get; set; } = 4_000;

    [Option("Whether a message may be left for somebody of this policy set who is offline.",
        "Si un message peut être laissé à une personne de ce profil qui est hors ligne.", OfHomeSet = true, ByRole = true,
        Original = "_ALLOW_SEND_TO_OFFLINE_USER")]
    public bool AllowOffline { get; set; } = true;

    [Option("For how long the sender may change the text of a message.", "Pendant combien de temps l'auteur peut modifier un message.",
        Unit = "seconds", ForClients = true, ByRole = true)]
    [Range(0, 31_536_000)]
    public int EditSeconds { get; set; } = 900;

    [Option("For how long the sender may remove a message.", "Pendant combien de temps l'auteur peut supprimer un message.",
        Unit = "seconds", ForClients = true, ByRole = true)]
    [Range(0, 31_536_000)]
    public int RemoveSeconds { get; set; } = 86_400;
}

/// <summary>Section <c>conferences</c>: conversations of several people.</summary>
public sealed class ConferenceOptions
{
    /// <summary>However high the option: a line of the conversation goes to each of them.</summary>
    public const int MostMembers = 1_000;

    [Option("Whether people may start conferences and invite to them.", "Si l'on peut créer des conférences et y inviter.", Since = 2, ForClients = true, ByRole = true,
        Original = "_ALLOW_CONFERENCE")]
    public bool Enabled { get; set; } = true;

    [Option("How many people a conference may have when somebody of this policy set brings another one in; never more than 1,000.",
        "Combien de personnes une conférence peut avoir quand quelqu'un de ce profil en fait entrer une autre ; jamais plus de 1 000.",
        Unit = "people", Since = 2, ForClients = true, ByRole = true)]
    [Range(0, MostMembers)]
    public int MaxMembers { get; set; } = 100;
}

/// <summary>Section <c>limits</c>: by address and by rate, on each node.</summary>
public sealed class LimitOptions
{
    [Option("Sign-ins and sign-ups that one address may try in a minute; the addresses of one IPv6 network (/64) count as one.",
        "Connexions et inscriptions qu'une adresse peut tenter par minute ; les adresses d'un même réseau IPv6 (/64) comptent pour une.",
        Unit = "tries per minute", ByNode = true)]
    [Range(0, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 60;

    [Option("Requests that one session may make in a second, on average over ten.", "Requêtes qu'une session peut faire par seconde, en moyenne sur dix.",
        Unit = "requests per second", ByRole = true, ByNode = true)]
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 50;

    [Option("Addresses and networks of proxies whose X-Forwarded-For is believed.", "Adresses et réseaux des mandataires dont X-Forwarded-For est cru.",
        ByNode = true)]
    [Networks]
    public string[] TrustedProxies { get; set; } = ["127.0.0.0/8", "::1/128"];
}
