/**
 * A small file that is made once and then kept, such as a key. It appears whole or not at all: a process that is killed
 * while it writes must not leave half a key behind, which every later start would read.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { hasCode } from './has-code.ts';

/** For one process at a time: whoever owns the directory. Readable by its user only. */
export async function keptFile(file: string, make: () => string | Promise<string>): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const made = await make();
  await writeWhole(file, made);
  return made;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
}
