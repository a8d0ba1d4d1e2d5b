/**
 * The certificate library, loaded when the first certificate is made: most passes make none. Its registry asks at load
 * time whether classes carry reflected metadata. None here does, and saying so is all that it needs; the polyfill that
 * its manual names would give the same answer.
 */
import { webcrypto } from 'node:crypto';

const NO_METADATA = {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
};

export async function certificateLibrary() {
  if (!('getMetadata' in Reflect)) Object.assign(Reflect, NO_METADATA);
  const library = await import('@peculiar/x509');
  library.cryptoProvider.set(webcrypto);
  return library;
}
