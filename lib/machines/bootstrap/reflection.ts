/**
 * The certificate library's registry asks at load time whether classes carry reflected metadata. Nothing here does, and
 * answering «none» is all that it needs; the polyfill that its manual names would answer the same with 50 KB.
 */
const NONE = {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
};

if (!('getMetadata' in Reflect)) Object.assign(Reflect, NONE);
