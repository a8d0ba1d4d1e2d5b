import { describe, expect, test } from '@jest/globals';
import { aNodeReport } from '../../test/builders/reports.ts';
import type { NodeReport, ServiceReport } from '../domain/agent.ts';
import { serviceViews } from './services.ts';

type Port = ServiceReport['ports'][number];

function aService(fields: Partial<ServiceReport> = {}): ServiceReport {
  const ports = [{ port: 80 }];
  return { namespace: 'shop', name: 'web', type: 'LoadBalancer', ports, ingress: ['20.50.1.2'], ...fields };
}

function urlsOf(service: ServiceReport, nodes: readonly NodeReport[] = []): readonly string[] | undefined {
  return serviceViews([service], nodes)[0]?.urls;
}

describe('[A81] a link', () => {
  test.each<[string, Port, readonly string[]]>([
    ['to the web', { port: 80 }, ['http://20.50.1.2/']],
    ['to the safe web', { port: 443 }, ['https://20.50.1.2/']],
    ['to another port', { port: 3000 }, ['http://20.50.1.2:3000/']],
    ['to a port that is safe by custom', { port: 8443 }, ['https://20.50.1.2:8443/']],
    ['as the name of the port says', { port: 8080, name: 'https' }, ['https://20.50.1.2:8080/']],
    ['as a part of its name says', { port: 9000, name: 'web-https' }, ['https://20.50.1.2:9000/']],
    [
      'as the service says, over its name',
      { port: 443, name: 'https', appProtocol: 'http' },
      ['http://20.50.1.2:443/'],
    ],
    ['of HTTP/2', { port: 443, appProtocol: 'kubernetes.io/h2c' }, ['http://20.50.1.2:443/']],
    [
      'to a port of a database that says that it is of the web',
      { port: 5432, name: 'http' },
      ['http://20.50.1.2:5432/'],
    ],
  ])('%s', (_, port, urls) => {
    expect(urlsOf(aService({ ports: [port] }))).toEqual(urls);
  });

  test.each<[string, Port]>([
    ['a database', { port: 5432 }],
    ['SSH', { port: 22 }],
    ['UDP', { port: 443, protocol: 'UDP' }],
  ])('is none to %s', (_, port) => {
    expect(urlsOf(aService({ ports: [port] }))).toEqual([]);
  });

  test('has a name or an address of either kind', () => {
    expect(urlsOf(aService({ ingress: ['a.elb.amazonaws.com'] }))).toEqual(['http://a.elb.amazonaws.com/']);
    expect(urlsOf(aService({ ingress: ['2001:db8::1'] }))).toEqual(['http://[2001:db8::1]/']);
  });
});

describe('[A83] a NodePort service', () => {
  const service = aService({ type: 'NodePort', ingress: [], ports: [{ port: 80, nodePort: 30_080 }] });
  const gone = [{ type: 'Ready', status: 'False' as const }];

  test('is opened at nodes that are ready, workers first', () => {
    const nodes = [
      aNodeReport('a', { role: 'control-plane', addresses: ['10.0.0.1'] }),
      aNodeReport('b', { addresses: ['10.0.0.2'], conditions: gone }),
      aNodeReport('c', { addresses: ['52.0.0.3', '10.0.0.3'] }),
      aNodeReport('d'),
    ];
    expect(serviceViews([service], nodes)).toMatchObject([
      { pending: false, addresses: ['52.0.0.3', '10.0.0.1'], urls: ['http://52.0.0.3:30080/'] },
    ]);
  });

  test('has no link as long as no node is known', () => {
    expect(serviceViews([service], [])).toMatchObject([{ pending: false, addresses: [], urls: [] }]);
  });
});

test('[A83] a load balancer without an address is pending', () => {
  expect(serviceViews([aService({ ingress: [] })], [])).toMatchObject([{ pending: true, urls: [] }]);
});

test('services come by namespace and name', () => {
  const services = [
    aService({ name: 'b' }),
    aService({ namespace: 'a', name: 'z' }),
    aService({ name: 'a' }),
  ];
  expect(serviceViews(services, []).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    'a/z',
    'shop/a',
    'shop/b',
  ]);
});
