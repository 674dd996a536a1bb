import '../ui/tokens.css';
import '../ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { ConsoleApi } from './api/api';
import { Console } from './state/console.svelte';
import { language } from './texts/language.svelte';

language.begin(navigator.languages);
const desk = new Console(new ConsoleApi(new URL('api/', document.baseURI).href));

const follow = () => void desk.go(decodeURIComponent(location.hash.slice(1)));
window.addEventListener('hashchange', follow);
follow();
void desk.start();
// What is not saved would be lost with the tab.
window.addEventListener('beforeunload', (event) => desk.hasChanges && event.preventDefault());

mount(App, { target: document.getElementById('app')!, props: { desk } });
