using System.ComponentModel.DataAnnotations;

namespace IntraMessenger.Shared.Options;

/// <summary>Section <c>look</c>: how the page presents itself and whom it names for help. Clients are told before anybody signs in.</summary>
public sealed class LookOptions
{
    [Option("The name shown on the sign-in page and as the window's title, instead of IntraMessenger.",
        "Le nom affiché sur la page de connexion et comme titre de la fenêtre, au lieu d'IntraMessenger.", Since = 3, ForClients = true,
        Original = "_SITE_TITLE _SITE_TITLE_TO_SHOW")]
    [Line(60)]
    public string Title { get; set; } = "";

    [Option("A link to the organisation's own site.", "Un lien vers le site de l'organisation.", Since = 3, ForClients = true, Original = "_SITE_URL_TO_SHOW")]
    [Link]
    public string Link { get; set; } = "";

    [Option("A line of text above the page, until it is closed.", "Une ligne de texte au-dessus de la page, jusqu'à ce qu'on la ferme.", Since = 3, ForClients = true,
        Original = "_SCROLL_TEXT")]
    [Line(90)]
    public string Banner { get; set; } = "";

    [Option("The colour of buttons and links, such as #17594a, made lighter or darker where it could not be read; empty for the product's own.",
        "La couleur des boutons et des liens, comme #17594a, éclaircie ou assombrie si elle n'est pas lisible ; vide pour celle du produit.", Since = 3, ForClients = true,
        Original = "_SKIN_FORCED_COLOR_CUSTOM_VERSION")]
    [Line(ColorAttribute.Length), Color]
    public string Color { get; set; } = "";

    [Option("Whether people may choose between light and dark.", "Si l'on peut choisir entre clair et sombre.", Since = 3, ForClients = true, ByRole = true,
        Original = "_ALLOW_SKIN")]
    public bool AllowThemes { get; set; } = true;

    [Option("Whether people may open the page's preferences: theme and language.", "Si l'on peut ouvrir les préférences de la page : thème et langue.", Since = 3,
        ForClients = true, ByRole = true, Original = "_ALLOW_MANAGE_OPTIONS")]
    public bool AllowPreferences { get; set; } = true;

    [Option("The page's language before a person chooses one; auto follows the browser.",
        "La langue de la page avant qu'une personne n'en choisisse une ; auto suit le navigateur.", Since = 3, ForClients = true, Original = "_LANG")]
    [AllowedValues("auto", "en", "fr")]
    public string Language { get; set; } = "auto";

    [Option("The e-mail address at which people get help.", "L'adresse de courriel où l'on obtient de l'aide.", Since = 3, ForClients = true, Original = "_ADMIN_EMAIL")]
    [Line(120), MailAddress]
    public string HelpEmail { get; set; } = "";

    [Option("The telephone number at which people get help.", "Le numéro de téléphone où l'on obtient de l'aide.", Since = 3, ForClients = true, Original = "_ADMIN_PHONE")]
    [Line(40)]
    public string HelpPhone { get; set; } = "";

    [Option("Where accounts are asked for; the sign-in page links there.", "Où l'on demande un compte ; la page de connexion y renvoie.", Since = 3, ForClients = true,
        Original = "_EXTERN_URL_TO_REGISTER")]
    [Link]
    public string Register { get; set; } = "";

    [Option("Where a forgotten password is replaced; the sign-in page links there.", "Où l'on remplace un mot de passe oublié ; la page de connexion y renvoie.", Since = 3,
        ForClients = true, Original = "_EXTERN_URL_FORGET_PASSWORD")]
    [Link]
    public string ForgotPassword { get; set; } = "";

    [Option("Where passwords are changed, instead of the page's own dialog.", "Où l'on change de mot de passe, au lieu de la fenêtre de la page.", Since = 3,
        ForClients = true, Original = "_EXTERN_URL_CHANGE_PASSWORD")]
    [Link]
    public string ChangePassword { get; set; } = "";
}
