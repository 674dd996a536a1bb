/// <reference types="svelte" />
/// <reference types="vite/client" />

/** Of package.json. */
declare const __VERSION__: string;
