// Loaded before the page: says so, and tries again ever later, where the page's own script or style does not come, such as one that
// another version of the server names otherwise.
(function () {
  'use strict';
  var key = 'im:retries';
  var failed = false;

  function kept() {
    try {
      return Number(sessionStorage.getItem(key)) || 0;
    } catch (e) {
      return 3;
    }
  }

  function keep(count) {
    try {
      if (count > 0) sessionStorage.setItem(key, String(count));
      else sessionStorage.removeItem(key);
    } catch (e) {
      // Then it is tried again at the same pace.
    }
  }

  function say(text, language) {
    var line = document.createElement('p');
    line.lang = language;
    line.textContent = text;
    line.style.cssText = 'max-width:26rem;margin:1rem auto;padding:0 1rem;text-align:center;font:1rem/1.5 system-ui,sans-serif';
    document.body.append(line);
  }

  function tell() {
    say('IntraMessenger could not be loaded. This page tries again by itself.', 'en');
    say('IntraMessenger n’a pas pu être chargé. Cette page réessaie d’elle-même.', 'fr');
  }

  addEventListener('error', function (event) {
    var element = event.target;
    if (failed || !(element instanceof HTMLScriptElement || (element instanceof HTMLLinkElement && element.rel === 'stylesheet'))) return;
    failed = true;
    var count = kept();
    keep(count + 1);
    if (document.body) tell();
    else addEventListener('DOMContentLoaded', tell);
    setTimeout(function () { location.reload(); }, Math.min(30000, 1000 * Math.pow(2, count)) * (0.75 + Math.random() / 2));
  }, true);

  addEventListener('load', function () {
    if (!failed) keep(0);
  });
})();
