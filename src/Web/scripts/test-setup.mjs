// What every browser has and Node.js 18 does not.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
