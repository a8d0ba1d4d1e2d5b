/**
 * User data as cloud-init reads it: gzip, jinja, and a cloud-config document with the modules that machines of ours may
 * use. cloud-init warns of what it does not know and goes on; here that is refused, because it is a mistake of ours.
 * https://docs.cloud-init.io/en/latest/reference/modules.html
 */
import { gunzipSync } from 'node:zlib';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { rendered } from './jinja.ts';
import { type Parsed, parsed, refused, shaped } from './parsed.ts';
import type { SimulatedInstance } from './port.ts';

const WriteFile = z.strictObject({
  path: z.string().startsWith('/'),
  content: z.string().default(''),
  owner: z
    .string()
    .regex(/^[\w-]+:[\w-]+$/)
    .optional(),
  /** Text: as a number YAML would have read it in another base. */
  permissions: z
    .string()
    .regex(/^0?[0-7]{3,4}$/)
    .optional(),
  encoding: z
    .enum(['text/plain', 'b64', 'base64', 'gz', 'gzip', 'gz+b64', 'gzip+base64'])
    .default('text/plain'),
  append: z.boolean().default(false),
  defer: z.boolean().default(false),
});
type WriteFile = z.output<typeof WriteFile>;

const Command = z.union([z.string(), z.array(z.string()).min(1)]);

const CloudConfig = z.strictObject({
  write_files: z.array(WriteFile).default([]),
  bootcmd: z.array(Command).default([]),
  runcmd: z.array(Command).default([]),
  packages: z.array(z.union([z.string(), z.array(z.string())])).default([]),
  package_update: z.boolean().optional(),
  package_upgrade: z.boolean().optional(),
  package_reboot_if_required: z.boolean().optional(),
  apt: z.record(z.string(), z.unknown()).optional(),
  hostname: z.string().optional(),
  fqdn: z.string().optional(),
  preserve_hostname: z.boolean().optional(),
  manage_etc_hosts: z.union([z.boolean(), z.string()]).optional(),
  users: z.array(z.unknown()).optional(),
  ssh_authorized_keys: z.array(z.string()).optional(),
  ssh_pwauth: z.boolean().optional(),
  disable_root: z.boolean().optional(),
  ntp: z.record(z.string(), z.unknown()).optional(),
  swap: z.record(z.string(), z.unknown()).optional(),
  mounts: z.array(z.unknown()).optional(),
  output: z.record(z.string(), z.unknown()).optional(),
  final_message: z.string().optional(),
  timezone: z.string().optional(),
});

/** What a machine is told to write and to run. */
export interface MachineOrders {
  /** By path. */
  readonly files: ReadonlyMap<string, string>;
  /** Lines of shell, in the order in which they run. */
  readonly commands: readonly string[];
  /** Packages that cloud-init itself installs. */
  readonly packages: readonly string[];
}

/** Where nothing is asked of the machine: a bastion. */
export const NO_ORDERS: MachineOrders = { files: new Map(), commands: [], packages: [] };

export function readUserData(userData: string, instance: SimulatedInstance): Parsed<MachineOrders> {
  const plain = unzipped(userData);
  if (!plain.ok) return plain;
  const text = rendered(plain.value, instance);
  if (!text.ok) return text;
  if (text.value.startsWith('#!')) return parsed({ ...NO_ORDERS, commands: [text.value] });
  // Its first line, or what is left of it once jinja took its own away.
  if (!/^#cloud-config\s*$/m.test(text.value.split('\n', 1)[0] ?? '')) {
    return refused(
      'Unhandled non-multipart (text/x-not-multipart) userdata: no #cloud-config in the first line',
    );
  }
  return readCloudConfig(text.value);
}

/** gzip arrives as one character per byte. */
function unzipped(userData: string): Parsed<string> {
  if (!userData.startsWith('\x1f\x8b')) return parsed(userData);
  try {
    return parsed(gunzipSync(Buffer.from(userData, 'latin1')).toString('utf8'));
  } catch {
    return refused('user data starts like gzip, but is none');
  }
}

function readCloudConfig(text: string): Parsed<MachineOrders> {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) return refused(`Failed loading yaml blob: ${error.message.split('\n')[0]}`);
  const config = shaped('Invalid cloud-config', CloudConfig, document.toJS() ?? {});
  if (!config.ok) return config;
  const { write_files, bootcmd, runcmd, packages } = config.value;
  const files = new Map<string, string>();
  // Deferred files are written last, over those that are not.
  for (const file of [
    ...write_files.filter(({ defer }) => !defer),
    ...write_files.filter(({ defer }) => defer),
  ]) {
    const content = contentOf(file);
    if (content === undefined)
      return refused(`write_files: ${file.path}: its content is not ${file.encoding}`);
    files.set(file.path, file.append ? `${files.get(file.path) ?? ''}${content}` : content);
  }
  const commands = [...bootcmd, ...runcmd].map((command) =>
    typeof command === 'string' ? command : command.join(' '),
  );
  return parsed({ files, commands, packages: packages.flat() });
}

function contentOf({ content, encoding }: WriteFile): string | undefined {
  if (encoding === 'text/plain') return content;
  if (encoding === 'gz' || encoding === 'gzip') return undefined;
  const bytes = Buffer.from(content, 'base64');
  if (encoding === 'b64' || encoding === 'base64') return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}
