/** What is read of a big cluster, page by page. */
import { describe, expect, test } from '@jest/globals';
import { kubeClient } from '../kube/client.ts';
import type { Http, HttpAnswer } from '../ports.ts';
import { diskMeter } from './disk.ts';
import { observer } from './observer.ts';
import { sumRequests } from './requests.ts';
import { measureUsage } from './usage.ts';

const { signal } = new AbortController();
const ok = (body: object): HttpAnswer => ({ status: 200, headers: {}, body: JSON.stringify(body) });
const refused = (status: number, reason = ''): HttpAnswer => ({
  status,
  headers: {},
  body: JSON.stringify({ kind: 'Status', reason, message: reason }),
});

function asked(answer: (url: URL) => HttpAnswer) {
  const urls: URL[] = [];
  const http: Http = async ({ url }) => {
    const whole = new URL(url, 'https://kube.test');
    urls.push(whole);
    return answer(whole);
  };
  return { urls, kube: kubeClient(http, signal) };
}

describe('requests of pods', () => {
  const pod = (index: number) => ({
    metadata: { name: `pod-${index}` },
    spec: {
      nodeName: `node-${index % 2}`,
      containers: [{ name: 'a', image: 'b', resources: { requests: { cpu: '10m', memory: '1Mi' } } }],
    },
    status: { phase: index % 5 === 4 ? 'Succeeded' : 'Running' },
  });

  test('are summed over all pages, without pods that ended or have no node', async () => {
    const { urls, kube } = asked((url) => {
      const from = Number(url.searchParams.get('continue') ?? 0);
      const items = [
        ...Array.from({ length: 250 }, (_, index) => pod(from + index)),
        { spec: {}, status: {} },
      ];
      return ok({ metadata: from < 500 ? { continue: String(from + 250) } : {}, items });
    });
    const sums = await sumRequests(kube);
    expect(sums.ok && [...sums.value]).toEqual([
      ['node-0', { cpuMilli: 3_000, memoryBytes: 300 * 1024 ** 2 }],
      ['node-1', { cpuMilli: 3_000, memoryBytes: 300 * 1024 ** 2 }],
    ]);
    expect(urls.map(({ searchParams }) => [searchParams.get('limit'), searchParams.get('continue')])).toEqual(
      [
        ['250', null],
        ['250', '250'],
        ['250', '500'],
      ],
    );
  });

  test('a list that takes longer than the API server remembers it goes on with what there is now', async () => {
    const { urls, kube } = asked((url) => {
      switch (url.searchParams.get('continue')) {
        case null:
          return ok({ metadata: { continue: 'old' }, items: [pod(0)] });
        case 'old': {
          const gone = {
            kind: 'Status',
            reason: 'Expired',
            message: 'too old',
            metadata: { continue: 'new' },
          };
          return { ...ok(gone), status: 410 };
        }
        default:
          return ok({ metadata: {}, items: [pod(2)] });
      }
    });
    const sums = await sumRequests(kube);
    expect(sums.ok && [...sums.value]).toEqual([['node-0', { cpuMilli: 20, memoryBytes: 2 * 1024 ** 2 }]]);
    expect(urls).toHaveLength(3);
  });

  test('a list that ends nowhere is none', async () => {
    const gone = { kind: 'Status', reason: 'Expired', message: 'too old', metadata: { continue: 'x' } };
    const { urls, kube } = asked(() => ({ ...ok(gone), status: 410 }));
    expect(await sumRequests(kube)).toMatchObject({ ok: false, error: { status: 410 } });
    expect(urls).toHaveLength(2);
  });

  test('nobody knows of yet are not nothing', async () => {
    const { kube } = asked(({ pathname }) => {
      if (pathname === '/api/v1/nodes')
        return ok({ metadata: {}, items: [{ metadata: { name: 'a' }, status: {} }] });
      return pathname === '/api/v1/pods' ? refused(503) : ok({ metadata: {}, items: [] });
    });
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const clock = { now: () => 0, monotonic: () => 0 };
    const { observe } = observer({ kube, clock, log, releases: () => new Map() });
    const [node] = (await observe({ full: true, reportEveryMs: 60_000 })).nodes ?? [];
    expect(node).toMatchObject({ name: 'a' });
    expect(node).not.toHaveProperty('requests');
  });

  test('half of them is no sum', async () => {
    const { kube } = asked((url) =>
      url.searchParams.has('continue')
        ? refused(410, 'Expired')
        : ok({ metadata: { continue: 'x' }, items: [pod(1)] }),
    );
    expect(await sumRequests(kube)).toMatchObject({ ok: false, error: { status: 410, reason: 'Expired' } });
  });
});

describe('usage', () => {
  test.each([404, 503])('without a metrics server (%d) is unknown, and no error', async (status) => {
    expect(await measureUsage(asked(() => refused(status)).kube)).toEqual({ ok: true, value: undefined });
  });

  test('that may not be read is one', async () => {
    expect(await measureUsage(asked(() => refused(403)).kube)).toMatchObject({ ok: false });
  });
});

describe('disks', () => {
  const summary = ok({ node: { fs: { usedBytes: 7 } } });

  test('are asked for a few nodes at a time, oldest figures first, and not more often than needed', async () => {
    let nowMs = 1_000_000;
    const { urls, kube } = asked(() => summary);
    const meter = diskMeter(kube, () => nowMs);
    const nodes = Array.from({ length: 120 }, (_, index) => `node-${index}`);
    expect((await meter.measure(nodes, 300_000)).size).toBe(50);
    nowMs += 60_000;
    expect((await meter.measure(nodes, 300_000)).size).toBe(100);
    nowMs += 60_000;
    expect((await meter.measure(nodes, 300_000)).size).toBe(120);
    expect(urls).toHaveLength(120);
    nowMs += 180_000;
    await meter.measure(nodes, 300_000);
    expect(urls.slice(120).map(({ pathname }) => pathname.split('/')[4])).toEqual(nodes.slice(0, 50));
  });

  test('of nodes that are gone are forgotten', async () => {
    const meter = diskMeter(asked(() => summary).kube, () => 0);
    await meter.measure(['a', 'b'], 1);
    expect([...(await meter.measure(['b'], 1)).keys()]).toEqual(['b']);
    expect([...(await meter.measure(undefined, 1)).keys()]).toEqual(['b']);
  });

  test('that may not be asked for are left alone for an hour', async () => {
    let nowMs = 0;
    const { urls, kube } = asked(() => refused(403, 'Forbidden'));
    const meter = diskMeter(kube, () => nowMs);
    expect((await meter.measure(['a'], 1)).size).toBe(0);
    nowMs += 3_599_999;
    await meter.measure(['a'], 1);
    expect(urls).toHaveLength(1);
    nowMs += 1;
    await meter.measure(['a'], 1);
    expect(urls).toHaveLength(2);
  });
});
