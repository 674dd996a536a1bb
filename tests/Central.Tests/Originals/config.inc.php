<?php
// Options of a server, as somebody would have them after years of use.
# Its names are those of the original; comments and values are not.
/*
  define('_MAX_NB_USER', '1'); a comment, not an option
*/
if (!defined('INTRAMESSENGER')) { exit; }


// --- accounts ---
define("_ALLOW_CHANGE_EMAIL_PHONE", "X");
  define ( '_ALLOW_CHANGE_FUNCTION_NAME' ,	'X' ) ;   # it's "so"
define('_ALLOW_CHANGE_AVATAR', 'X');
DEFINE('_ALLOW_UPPERCASE_SPACE_USERNAME', true); // on
define('_INVITE_FILL_PROFILE_ON_FIRST_LOGIN', /* until autumn */ ''); define('_ALLOW_MANAGE_PROFILE', 'X');
define("_LOCK_AFTER_NO_CONTACT_DURATION", "30");
  define ( '_LOCK_AFTER_NO_ACTIVITY_DURATION' ,	'60' ) ;   # it's "so"
define('_PUBLIC_POST_AVATAR', 'X');
define('_OUTOFDATE_AFTER_NOT_USE_DURATION', '90');
define('_ROLE_ID_DEFAULT_FOR_NEW_USER', /* until autumn */ '2'); define('_FORCE_USERNAME_TO_PC_SESSION_NAME', '');
define("_ALLOW_AUTO_ADD_NEW_USER_ON_SERVER", "X");
  define ( '_NEED_QUICK_REGISTER_TO_AUTO_ADD_NEW_USER' ,	'' ) ;   # it's "so"
define('_PENDING_NEW_AUTO_ADDED_USER', '');
define('_EXTERN_URL_TO_REGISTER', 'https://intranet.example/register');
define('_EXTERN_URL_FORGET_PASSWORD', /* until autumn */ 'https://intranet.example/forgot'); define('_EXTERN_URL_CHANGE_PASSWORD', 'https://intranet.example/change');

// --- limits ---
define("_MAX_NB_USER", "500");
define('_MAX_NB_SESSION', 5 * 10); // five classes
define("_MAX_NB_CONTACT_BY_USER", 20);
define('_MAX_NB_IP', '5');

// --- contacts ---
define('_ALLOW_HIDDEN_TO_CONTACTS', /* until autumn */ 'X'); define('_ALLOW_HIDDEN_STATUS', '');
define("_ALLOW_CHANGE_CONTACT_NICKNAME", "X");
  define ( '_ALLOW_CONTACT_RATING' ,	'' ) ;   # it's "so"
define('_ALLOW_MANAGE_CONTACT_LIST', 'X');
DEFINE('_GROUP_USER_CAN_JOIN', false); // off
define('_GROUP_FOR_SBX_AND_ADMIN_MSG', /* until autumn */ ''); define('_PUBLIC_USERS_LIST', 'X');
define("_AUTO_ADD_CONTACT_USER_ID", "1;7");
  define ( '_GROUP_ID_DEFAULT_FOR_NEW_USER' ,	'3' ) ;   # it's "so"
define('_SPECIAL_MODE_OPEN_COMMUNITY', '');
define('_SPECIAL_MODE_GROUP_COMMUNITY', '');
define('_SPECIAL_MODE_OPEN_GROUP_COMMUNITY', /* until autumn */ ''); define('_USER_HIEARCHIC_MANAGEMENT_BY_ADMIN', '');

// --- messages ---
define("_ALLOW_CONFERENCE", "X");
  define ( '_ALLOW_SMILEYS' ,	'X' ) ;   # it's "so"
define('_ALLOW_SEND_TO_OFFLINE_USER', 'X');
DEFINE('_ALLOW_HISTORY_MESSAGES', true); // on
define('_ALLOW_HISTORY_MESSAGES_EXPORT', /* until autumn */ ''); define('_FORCE_AWAY_ON_SCREENSAVER', 'X');
define("_AWAY_REASONS_LIST", "At lunch;In the workshop");
  define ( '_ONLINE_REASONS_LIST' ,	'' ) ;   # it's "so"
define('_BUSY_REASONS_LIST', 'On the telephone; In a meeting;');
define('_DONOTDISTURB_REASONS_LIST', '');
define('_UNREAD_MESSAGE_VALIDITY', /* until autumn */ '90'); 
// --- shoutbox ---
define('_SHOUTBOX', '');
define("_SHOUTBOX_REFRESH_DELAY", "60");
  define ( '_SHOUTBOX_STORE_DAYS' ,	'30' ) ;   # it's "so"
define("_SHOUTBOX_STORE_MAX", 200);
define('_SHOUTBOX_QUOTA_USER_DAY', '50');
define('_SHOUTBOX_QUOTA_USER_WEEK', /* until autumn */ '0'); define('_SHOUTBOX_NEED_APPROVAL', '');
define("_SHOUTBOX_APPROVAL_QUEUE_USER", "3");
  define ( '_SHOUTBOX_APPROVAL_QUEUE' ,	'10' ) ;   # it's "so"
define("_SHOUTBOX_LOCK_USER_APPROVAL", 0);
DEFINE('_SHOUTBOX_VOTE', false); // off
define('_SHOUTBOX_MAX_NOTES_USER_DAY', /* until autumn */ '0'); define("_SHOUTBOX_MAX_NOTES_USER_WEEK", 0);
define("_SHOUTBOX_REMOVE_MESSAGE_VOTES", "0");
  define ( '_SHOUTBOX_LOCK_USER_VOTES' ,	'0' ) ;   # it's "so"
define('_SHOUTBOX_ALLOW_SCROLLING', 'X');
DEFINE('_SHOUTBOX_PUBLIC', false); // off

// --- bookmarks ---
define('_BOOKMARKS', /* until autumn */ ''); define('_BOOKMARKS_VOTE', '');
define("_BOOKMARKS_PUBLIC", "");
  define ( '_BOOKMARKS_NEED_APPROVAL' ,	'' ) ;   # it's "so"

// --- files ---
define('_SHARE_FILES', '');
DEFINE('_SHARE_FILES_EXCHANGE', false); // off
define('_SHARE_FILES_FOLDER', /* until autumn */ '/srv/ftp/share'); define('_SHARE_FILES_FTP_ADDRESS', 'ftp.school.example');
define("_SHARE_FILES_FTP_LOGIN", "share");
  define ( '_SHARE_FILES_FTP_PASSWORD' ,	'secret' ) ;   # it's "so"
define('_SHARE_FILES_FTP_PASSWORD_CRYPT', '87a3');
define('_SHARE_FILES_FTP_PORT_NUMBER', '21');
define('_SHARE_FILES_MAX_FILE_SIZE', /* until autumn */ '0'); define("_SHARE_FILES_MAX_NB_FILES_TOTAL", 0);
define("_SHARE_FILES_MAX_NB_FILES_USER", "0");
  define ( '_SHARE_FILES_MAX_SPACE_SIZE_TOTAL' ,	'0' ) ;   # it's "so"
define("_SHARE_FILES_MAX_SPACE_SIZE_USER", 0);
DEFINE('_SHARE_FILES_NEED_APPROVAL', false); // off
define('_SHARE_FILES_EXCHANGE_NEED_APPROVAL', /* until autumn */ ''); define("_SHARE_FILES_APPROVAL_QUEUE", 20);
define("_SHARE_FILES_QUOTA_FILES_USER_WEEK", "0");
  define ( '_SHARE_FILES_ALLOW_UPPERCASE' ,	'' ) ;   # it's "so"
define('_SHARE_FILES_ALLOW_ACCENT', 'X');
DEFINE('_SHARE_FILES_VOTE', false); // off
define('_SHARE_FILES_TRASH', /* until autumn */ ''); define('_SHARE_FILES_EXCHANGE_TRASH', '');
define("_SHARE_FILES_EXCHANGE_UNREAD_VALIDITY", "30");
  define ( '_SHARE_FILES_SCREENSHOT' ,	'' ) ;   # it's "so"
define('_SHARE_FILES_EXCHANGE_SCREENSHOT', 'X');
DEFINE('_SHARE_FILES_WEBCAM', false); // off
define('_SHARE_FILES_EXCHANGE_WEBCAM', /* until autumn */ ''); define('_SHARE_FILES_COMPRESS', '');
define("_SHARE_FILES_PROTECT", "");
  define ( '_SHARE_FILES_DOWNLOAD_QUOTA_FILES_USER_DAY' ,	'0' ) ;   # it's "so"
define("_SHARE_FILES_DOWNLOAD_QUOTA_FILES_USER_WEEK", 0);
define('_SHARE_FILES_DOWNLOAD_QUOTA_FILES_USER_MONTH', '0');
define('_SHARE_FILES_DOWNLOAD_QUOTA_MB_USER_DAY', /* until autumn */ '0'); define("_SHARE_FILES_DOWNLOAD_QUOTA_MB_USER_WEEK", 0);
define("_SHARE_FILES_DOWNLOAD_QUOTA_MB_USER_MONTH", "0");

// --- backup ---
  define ( '_BACKUP_FILES' ,	'' ) ;   # it's "so"
define("_BACKUP_FILES_MAX_NB_ARCHIVES_USER", 3);
define('_BACKUP_FILES_MAX_ARCHIVE_SIZE', '0');
define('_BACKUP_FILES_MAX_SPACE_SIZE_USER', /* until autumn */ '0'); define("_BACKUP_FILES_MAX_SPACE_SIZE_TOTAL", 0);
define("_BACKUP_FILES_THIS_LOCAL_FOLDER_ONLY", "");
  define ( '_BACKUP_FILES_FORCE_EVERY_DAY_AT' ,	'' ) ;   # it's "so"
define('_BACKUP_FILES_ALLOW_MULTI_FOLDERS', '');
DEFINE('_BACKUP_FILES_ALLOW_SUB_FOLDERS', true); // on
define('_BACKUP_FILES_FTP_ADDRESS', /* until autumn */ ''); define('_BACKUP_FILES_FTP_LOGIN', '');
define("_BACKUP_FILES_FTP_PASSWORD", "");
  define ( '_BACKUP_FILES_FTP_PASSWORD_CRYPT' ,	'' ) ;   # it's "so"
define("_BACKUP_FILES_FTP_PORT_NUMBER", 21);
define('_BACKUP_FILES_FOLDER', '');

// --- look ---
define('_ALLOW_SKIN', /* until autumn */ 'X'); define('_ALLOW_POST_IT', '');
define("_ALLOW_CLOSE_IM", "X");
  define ( '_ALLOW_SOUND_USAGE' ,	'X' ) ;   # it's "so"
define('_ALLOW_REDUCE_MAIN_SCREEN', 'X');
DEFINE('_ALLOW_REDUCE_MESSAGE_SCREEN', true); // on
define('_ALLOW_COL_FUNCTION_NAME', /* until autumn */ 'X'); define('_FORCE_STATUS_LIST_FROM_SERVER', '');
define("_TIME_ZONES", "X");
  define ( '_FLAG_COUNTRY_FROM_IP' ,	'' ) ;   # it's "so"
define('_SITE_TITLE', 'École d\'été');
define('_SITE_URL_TO_SHOW', 'https://school.example/');
define('_SITE_TITLE_TO_SHOW', /* until autumn */ 'Summer school'); define('_SCROLL_TEXT', 'Closed on Friday');
define("_SKIN_FORCED_COLOR_CUSTOM_VERSION", "23-89-74");

// --- network ---
  define ( '_ALLOW_EMAIL_NOTIFIER' ,	'' ) ;   # it's "so"
define('_INCOMING_EMAIL_SERVER_ADDRESS', '');
DEFINE('_FORCE_OPTION_FILE_FROM_SERVER', false); // off
define('_FORCE_UPDATE_BY_SERVER', /* until autumn */ ''); define('_FORCE_UPDATE_BY_INTERNET', 'X');
define("_ALLOW_USE_PROXY", "X");
  define ( '_PROXY_ADDRESS' ,	'' ) ;   # it's "so"
define("_PROXY_PORT_NUMBER", 0);
define('_CHECK_NEW_MSG_EVERY', '20');
define('_SLOW_NOTIFY', /* until autumn */ ''); define('_WAIT_STARTUP_IF_SERVER_UNAVAILABLE', '');
define("_FORCE_LAUNCH_ON_STARTUP", "");
  define ( '_STOP_USE_THIS_SERVER_ADDRESS_NOW_USE_THIS_URL' ,	'' ) ;   # it's "so"
define('_STOP_USE_THIS_SERVER_ADDRESS_NOW_USE_THIS_URL_AFTER_LOGIN', 'https://new.example/a/');

// --- security ---
define('_MINIMUM_USERNAME_LENGTH', '3');
define('_USER_NEED_PASSWORD', /* until autumn */ 'X'); define("_MINIMUM_PASSWORD_LENGTH", 8);
define("_PWD_NEED_DIGIT_LETTER", "");
  define ( '_PWD_NEED_UPPER_LOWER' ,	'' ) ;   # it's "so"
define('_PWD_NEED_SPECIAL_CHARACTER', '');
define('_MAX_PASSWORD_ERRORS_BEFORE_LOCK_USER', '5');
define('_LOCK_DURATION', /* until autumn */ '30'); define("_PASSWORD_VALIDITY", 180);
define("_CRYPT_MESSAGES", "");
  define ( '_CENSOR_MESSAGES' ,	'' ) ;   # it's "so"
define('_HISTORY_MESSAGES_ON_ACP', '');
DEFINE('_LOG_SESSION_OPEN', true); // on
define('_PASSWORD_FOR_PRIVATE_SERVER', /* until autumn */ 'a word "among" us'); define('_PENDING_USER_ON_COMPUTER_CHANGE', '');
define("_EXTERNAL_AUTHENTICATION", "phpbb3");

// --- admin ---
  define ( '_LANG' ,	'FR' ) ;   # it's "so"
define('_MAINTENANCE_MODE', '');
DEFINE('_ALLOW_MANAGE_OPTIONS', true); // on
define('_SEND_ADMIN_ALERT', /* until autumn */ 'X'); define('_SERVERS_STATUS', '');
define("_STATISTICS", "X");
  define ( '_PUBLIC_OPTIONS_LIST' ,	'' ) ;   # it's "so"
define('_PUBLIC_FOLDER', 'public');
define('_ADMIN_EMAIL', 'help@school.example');
define('_ADMIN_PHONE', /* until autumn */ '+32 2 555 01 02'); define('_SEND_ADMIN_ALERT_EMAIL', '');
define("_CHECK_VERSION_INTERNET", "X");
  define ( '_IM_ADDRESS_BOOK_PASSWORD' ,	'' ) ;   # it's "so"
define('_ACP_PROTECT_BY_HTACCESS', '');
DEFINE('_ACP_ALLOW_MEMORY_AUTH', false); // off
define('_ROLES_TO_OVERRIDE_PERMISSIONS', /* until autumn */ ''); define('_ENTERPRISE_SERVER', '');
?>
