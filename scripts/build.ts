/**
 * Bundles the function app into one ESM file: a cold start reads one file instead of thousands. Nothing is
 * external but the core module, which exists only inside the Functions host. The agent that runs in clusters is a
 * bundle of its own, which its image takes in.
 *
 *   npm run build
 */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, stop } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export interface BuildOptions {
  /** `functions/index.ts` when absent. */
  readonly entry?: string;
  /** `dist/main.mjs` when absent: the `main` of package.json. */
  readonly outfile?: string;
}

export interface BuildResult {
  readonly outfile: string;
  readonly bytes: number;
}

/**
 * Bundled CommonJS dependencies call `require`, which ESM does not have; the library's lazy request for its core passes
 * through it as well. `__dirname` is left alone: a dependency declares it itself, and twice is a syntax error.
 */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Throws esbuild's BuildFailure, whose message names file and line. */
export async function build(options: BuildOptions = {}): Promise<BuildResult> {
  const { entry = path.join(root, 'functions/index.ts'), outfile = path.join(root, 'dist/main.mjs') } =
    options;
  await mkdir(path.dirname(outfile), { recursive: true });
  const { outputFiles } = await bundle({
    entryPoints: [entry],
    // The AWS clients publish both forms; only of modules can the commands that nobody sends be left out.
    mainFields: ['module', 'main'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    sourcemap: true,
    // Names stay, because stack traces are read; white space is half the file.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    external: ['@azure/functions-core'],
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
    write: false,
  });
  for (const file of outputFiles) await writeWhole(file.path, file.contents);
  // esbuild keeps a process of its own, which would outlive the build in a caller that goes on.
  await stop();
  return { outfile, bytes: (await stat(outfile)).size };
}

/** Two starts of one checkout build side by side: neither may load half of what the other one writes. */
async function writeWhole(file: string, contents: Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const agent = { entry: path.join(root, 'agent/main.ts'), outfile: path.join(root, 'dist/agent.mjs') };
  for (const options of [{}, agent]) {
    const { outfile, bytes } = await build(options);
    console.log(`${path.relative(root, outfile)} ${(bytes / 1_000_000).toFixed(2)} MB`);
  }
}
