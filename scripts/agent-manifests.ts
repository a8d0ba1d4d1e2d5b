/**
 * Writes the agent's manifest and Helm chart out of the objects that the control plane installs, for who installs agents
 * by other means. The files are committed; scripts/agent-manifests.test.ts fails when they are not what this would write.
 *
 *   node scripts/run.mjs scripts/agent-manifests.ts
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { agentObjects, bootstrapSecret } from '../lib/agents/manifests/objects.ts';
import { allPackRules } from '../lib/agents/packs.ts';
import { Secret } from '../lib/domain/secret.ts';

const NOTE = '# Written by scripts/agent-manifests.ts: change lib/agents/manifests instead.\n';

const EXAMPLE = {
  url: 'https://slipway.example.com',
  image: 'registry.example.com/slipway-agent:0.1.0',
  cluster: '00000000-0000-0000-0000-000000000000',
};
const TEMPLATE = { url: '{{ .Values.url }}', image: '{{ .Values.image }}', cluster: '{{ .Values.cluster }}' };

const document = (object: object): string =>
  `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`;

/** Only what helm fills in may be a template: a value is quoted, whatever it holds. */
const quoted = (text: string): string => text.replace(/"\{\{ (\.Values\.\w+) \}\}"/g, '{{ $1 | quote }}');

/** Text by path from the root. */
export function agentManifests(): Readonly<Record<string, string>> {
  const alone = agentObjects(TEMPLATE);
  const names = new Set(alone.map(nameOf));
  const ofPacks = agentObjects({ ...TEMPLATE, packs: allPackRules() }).filter(
    (object) => !names.has(nameOf(object)),
  );
  // Helm makes the namespace before anything else, where it is told to: not twice.
  const inChart = alone.filter(({ kind }) => kind !== 'Namespace');
  return {
    'agent/deploy/agent.generated.yaml': `${NOTE}${DEPLOY_NOTE}${agentObjects({
      ...EXAMPLE,
      packs: allPackRules(),
    })
      .map(document)
      .join('')}`,
    'agent/chart/templates/agent.generated.yaml': `${NOTE}${quoted(inChart.map(document).join(''))}`,
    'agent/chart/templates/packs.generated.yaml': `${NOTE}{{- if .Values.packs }}\n${ofPacks.map(document).join('')}{{- end }}\n`,
    'agent/chart/templates/bootstrap.generated.yaml': `${NOTE}{{- if .Values.bootstrapToken }}\n${tokenSecret()}{{- end }}\n`,
  };
}

const nameOf = ({ kind, metadata }: ReturnType<typeof agentObjects>[number]): string =>
  `${kind} ${metadata.name}`;

const DEPLOY_NOTE = `#
# Everything but the bootstrap token. Put in url, image and cluster (its uid), apply, and then give it the token:
#   kubectl -n slipway-system create secret generic slipway-agent-bootstrap --from-file=bootstrap-token
`;

/** Helm encodes it: the token never stands in a file. */
function tokenSecret(): string {
  const { data: _data, ...secret } = bootstrapSecret(new Secret(''));
  return quoted(document({ ...secret, stringData: { 'bootstrap-token': '{{ .Values.bootstrapToken }}' } }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  for (const [file, text] of Object.entries(agentManifests())) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }
}
