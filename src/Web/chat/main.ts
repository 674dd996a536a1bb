import '../ui/tokens.css';
import '../ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { follow, nextFrame, storage } from './browser';
import { Chat } from './state/chat.svelte';
import { preferences } from './state/preferences.svelte';
import { language } from './texts/language.svelte';
import { page } from './views/page.svelte';
import { route } from './views/route.svelte';

language.offered = navigator.languages;
preferences.begin(storage('localStorage'));
page.follow();
route.follow();

const chat = new Chat({
  api: new URL('api/v1/', document.baseURI).href,
  tab: storage('sessionStorage'),
  browser: storage('localStorage'),
  nextFrame,
});
follow(chat);
void chat.start();

mount(App, { target: document.getElementById('app')!, props: { chat } });
