using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Options;

/// <summary>Section <c>accounts</c>: who may have an account, what passwords must be like, when an account is locked.</summary>
public sealed class AccountOptions
{
    [Option("Who may make an account: open (anybody) or closed (administrators only).",
        "Qui peut créer un compte : open (tout le monde) ou closed (administrateurs seulement).", ForClients = true, Original = "_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER")]
    [AllowedValues("open", "closed")]
    public string Registration { get; set; } = "closed";

    [Option("Whether signing in with an unknown name makes the account; never while a registration code is set.",
        "Si la connexion avec un nom inconnu crée le compte ; jamais tant qu'un code d'inscription est défini.", Original = "_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER")]
    public bool CreateAtSignIn { get; set; }

    [Option("Accounts that this policy set may be the home of, the locked ones too. Administrators may move more to it.",
        "Comptes dont ce profil peut être le profil d'origine, y compris les verrouillés. Les administrateurs peuvent en déplacer davantage.", Unit = "accounts", Since = 3, Original = "_MAX_NB_USER")]
    [Range(0, 10_000_000)]
    public int Max { get; set; }

    [Option("Whether an administrator has to approve new accounts before they can be used.", "Si un administrateur doit approuver les nouveaux comptes avant usage.",
        Since = 3, Original = "_PENDING_NEW_AUTO_ADDED_USER")]
    public bool Approval { get; set; }

    [Option("A code that whoever makes an account has to know; empty for none. Clients are told only whether there is one.",
        "Un code que doit connaître quiconque crée un compte ; vide pour aucun. Les clients apprennent seulement s'il y en a un.", Since = 3, Original = "_PASSWORD_FOR_PRIVATE_SERVER")]
    [Line(100)]
    public string RegistrationCode { get; set; } = "";

    [Option("The fewest characters of a new username.", "Le nombre minimal de caractères d'un nouveau nom d'utilisateur.", Unit = "characters", ForClients = true, Since = 3,
        Original = "_MINIMUM_USERNAME_LENGTH")]
    [Range(1, 10)]
    public int UsernameMinLength { get; set; } = 1;

    [Option("The fewest characters of a new password.", "Le nombre minimal de caractères d'un nouveau mot de passe.", Unit = "characters",
        ForClients = true, Original = "_MINIMUM_PASSWORD_LENGTH")]
    [Range(1, 128)]
    public int PasswordMinLength { get; set; } = 10;

    [Option("Whether a new password needs a digit and a letter.", "Si un nouveau mot de passe doit avoir un chiffre et une lettre.", ForClients = true, Since = 3,
        Original = "_PWD_NEED_DIGIT_LETTER")]
    public bool PasswordNeedsDigitAndLetter { get; set; }

    [Option("Whether a new password needs a capital and a small letter.", "Si un nouveau mot de passe doit avoir une majuscule et une minuscule.", ForClients = true, Since = 3,
        Original = "_PWD_NEED_UPPER_LOWER")]
    public bool PasswordNeedsUpperAndLower { get; set; }

    [Option("Whether a new password needs a character that is neither letter nor digit.", "Si un nouveau mot de passe doit avoir un caractère qui n'est ni lettre ni chiffre.",
        ForClients = true, Since = 3, Original = "_PWD_NEED_SPECIAL_CHARACTER")]
    public bool PasswordNeedsSpecial { get; set; }

    [Option("How long a password may be used; after that its owner can only change it or sign out. 0 for ever.",
        "Combien de temps un mot de passe est utilisable ; ensuite on ne peut que le changer ou se déconnecter. 0 : toujours.", Unit = "days", OfHomeSet = true, Since = 3,
        Original = "_PASSWORD_VALIDITY")]
    [Range(0, 3_650)]
    public int PasswordValidDays { get; set; }

    /// <summary>Off by default: with it, whoever knows a name can keep its owner from signing in. The limit by address is there for everybody.</summary>
    [Option("After how many wrong passwords in a row nobody can sign in to the account any more, the right one being answered as a wrong one; who is signed in stays. 0 for never: with it, anybody can lock out whom they know the name of.",
        "Après combien de mots de passe erronés de suite plus personne ne peut se connecter au compte, le bon étant traité comme un mauvais ; qui est connecté le reste. 0 : jamais, car n'importe qui peut ainsi bloquer ceux dont il connaît le nom.",
        Unit = "wrong passwords", OfHomeSet = true, ByRole = true, Since = 3, Original = "_MAX_PASSWORD_ERRORS_BEFORE_LOCK_USER")]
    [Range(0, 1_000)]
    public int MaxPasswordErrors { get; set; }

    [Option("How long an account stays locked after too many wrong passwords; 0 until an administrator unlocks it.",
        "Combien de temps un compte reste verrouillé après trop de mots de passe erronés ; 0 : jusqu'à ce qu'un administrateur le déverrouille.", Unit = "minutes", OfHomeSet = true, ByRole = true,
        Since = 3, Original = "_LOCK_DURATION")]
    [Range(0, 9_999)]
    public int LockMinutes { get; set; } = 15;

    [Option("After how long without any use an account is locked, for its old sessions too, until an administrator unlocks it; 0 for never.",
        "Après combien de temps sans usage un compte est verrouillé, pour ses anciennes sessions aussi, jusqu'à ce qu'un administrateur le déverrouille ; 0 : jamais.", Unit = "days", OfHomeSet = true, Since = 3,
        Original = "_LOCK_AFTER_NO_ACTIVITY_DURATION")]
    [Range(0, 3_650)]
    public int LockInactiveDays { get; set; }

    [Option("How long after it was made an account without any contact is locked, for its sessions too, until an administrator unlocks it; 0 for never.",
        "Combien de temps après sa création un compte sans contact est verrouillé, pour ses sessions aussi, jusqu'à ce qu'un administrateur le déverrouille ; 0 : jamais.", Unit = "days", OfHomeSet = true, Since = 3,
        Original = "_LOCK_AFTER_NO_CONTACT_DURATION")]
    [Range(0, 3_650)]
    public int LockWithoutContactsDays { get; set; }

    [Option("After how long without any use the console lists an account as outdated; 0 for never.",
        "Après combien de temps sans usage la console signale un compte comme obsolète ; 0 : jamais.", Unit = "days", OfHomeSet = true, Since = 3,
        Original = "_OUTOFDATE_AFTER_NOT_USE_DURATION")]
    [Range(0, 3_650)]
    public int OutdatedDays { get; set; } = 90;

    [Option("Whether each sign-in is logged, with the ids of account and session only.", "Si chaque connexion est journalisée, avec les seuls identifiants du compte et de la session.",
        Since = 3, Original = "_LOG_SESSION_OPEN")]
    public bool LogSignIns { get; set; }
}
