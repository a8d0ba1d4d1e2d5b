import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CREDENTIAL_SECRET as KEPT_IN } from '../../../agent/identity/kept.ts';
import {
  AGENT_NAME,
  AGENT_NAMESPACE,
  BOOTSTRAP_TOKEN_FILE,
  SIGN_OF_LIFE_FILE,
} from '../../../agent/ports.ts';
import { readSettings } from '../../../agent/settings.ts';
import { Secret } from '../../domain/secret.ts';
import {
  AGENT,
  CREDENTIAL_SECRET,
  SIGN_OF_LIFE_FILE as LOOKED_AT,
  NAMESPACE,
  TOKEN_FILE,
  TOKEN_FOLDER,
} from './facts.ts';
import { agentHash, agentObjects, bootstrapSecret } from './objects.ts';

const ORDER = {
  url: 'https://slipway.test',
  image: 'registry.test/slipway-agent:0.1.0',
  cluster: '11111111-2222-4333-8444-555555555555',
};
const pod = () => {
  const deployment = agentObjects(ORDER).find(({ kind }) => kind === 'Deployment');
  return Object(deployment).spec.template.spec;
};

describe('the pod of the agent', () => {
  test('is nobody, may write nowhere but to its scratch space, and may not become more', () => {
    const [container] = pod().containers;
    expect(pod().securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
    expect(pod().securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly)).toEqual([
      { name: 'scratch', mountPath: '/tmp' },
    ]);
    expect(container.resources.limits.memory).toBe('512Mi');
  });

  test('tells the program what it asks for', () => {
    const environment = Object.fromEntries(
      pod().containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    expect(readSettings(environment)).toMatchObject({
      SLIPWAY_URL: ORDER.url,
      SLIPWAY_CLUSTER: ORDER.cluster,
      SLIPWAY_NAMESPACE: NAMESPACE,
    });
  });

  test('agrees with the program on files and names', () => {
    expect(`${TOKEN_FOLDER}/${TOKEN_FILE}`).toBe(BOOTSTRAP_TOKEN_FILE);
    expect([LOOKED_AT, NAMESPACE, CREDENTIAL_SECRET]).toEqual([SIGN_OF_LIFE_FILE, AGENT_NAMESPACE, KEPT_IN]);
    expect(AGENT).toBe(AGENT_NAME);
  });

  test.each([
    ['turned a moment ago', 0, 0],
    ['waits as long as it ever does', 15, 0],
    ['has not turned for half an hour', 31, 1],
    ['has only just started', undefined, 0],
  ])('is started again only when its loop is stuck: one that %s', (_what, minutes, code) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-alive-'));
    const file = path.join(folder, 'alive');
    const at = Date.now() / 1000 - (minutes ?? 0) * 60;
    if (minutes !== undefined) {
      writeFileSync(file, '');
      utimesSync(file, at, at);
    }
    const [, option, script] = pod().containers[0].livenessProbe.exec.command;
    const { status } = spawnSync(process.execPath, [option, script.replace(SIGN_OF_LIFE_FILE, file)]);
    rmSync(folder, { recursive: true });
    expect(status).toBe(code);
  });
});

test('the hash changes with everything that is applied', () => {
  const others = [
    { ...ORDER, url: 'https://elsewhere.test' },
    { ...ORDER, image: 'registry.test/slipway-agent:0.2.0' },
    { ...ORDER, cluster: 'other' },
    { ...ORDER, packs: [] },
    { ...ORDER, packs: [{ verbs: ['get'] }] },
  ];
  expect(agentHash({ ...ORDER })).toBe(agentHash(ORDER));
  expect(new Set([ORDER, ...others].map(agentHash)).size).toBe(6);
});

test('the token lies in its Secret as Kubernetes encodes it', () => {
  expect(bootstrapSecret(new Secret('id.secret'))).toMatchObject({
    kind: 'Secret',
    metadata: { name: 'slipway-agent-bootstrap', namespace: 'slipway-system' },
    data: { 'bootstrap-token': 'aWQuc2VjcmV0' },
  });
});
