import { describe, expect, test } from '@jest/globals';
import { aFunction } from '../testing/a-function.ts';
import { buildRouteTable } from './route-table.ts';
import { parseRouteTemplate } from './route-template.ts';

const routes = {
  list: { route: 'clusters', methods: ['GET', 'POST'] },
  get: { route: 'clusters/{name}', methods: ['GET'] },
  special: { route: 'clusters/special', methods: ['GET'] },
  numbered: { route: 'clusters/{number:int}', methods: ['GET'] },
  remove: { route: 'clusters/{name}', methods: ['DELETE'] },
  action: { route: 'clusters/{name}:{verb}', methods: ['POST'] },
  revision: { route: 'clusters/{name}/revisions/{revision:int?}', methods: ['GET'] },
  byId: { route: 'things/{id:guid}', methods: ['GET'] },
  files: { route: 'files/{*path}', methods: ['GET'] },
  readme: { route: 'files/readme/{part}', methods: ['GET'] },
  unnamed: { methods: ['GET'] },
} as const;

const table = buildRouteTable(
  // Registered in the worst order: the broadest first.
  Object.entries(routes)
    .reverse()
    .map(([name, { methods, ...route }]) => aFunction(name, { ...route, methods: [...methods] })),
  'api',
);

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('route table', () => {
  test.each([
    ['a literal', 'GET', '/api/clusters', 'list', {}],
    ['the end slash means nothing', 'GET', '/api/clusters/', 'list', {}],
    ['any case', 'GET', '/API/Clusters', 'list', {}],
    ['a parameter keeps its case', 'GET', '/api/clusters/Shop', 'get', { name: 'Shop' }],
    ['a literal before a parameter', 'GET', '/api/clusters/SPECIAL', 'special', {}],
    ['a constraint before a parameter', 'GET', '/api/clusters/42', 'numbered', { number: '42' }],
    ['a method decides between equal routes', 'DELETE', '/api/clusters/a', 'remove', { name: 'a' }],
    [
      'the less specific one when only it has the method',
      'DELETE',
      '/api/clusters/42',
      'remove',
      { name: '42' },
    ],
    [
      'text and parameters in a segment',
      'POST',
      '/api/clusters/a:drain',
      'action',
      { name: 'a', verb: 'drain' },
    ],
    ['an optional parameter', 'GET', '/api/clusters/a/revisions/7', 'revision', { name: 'a', revision: '7' }],
    ['an optional parameter left out', 'GET', '/api/clusters/a/revisions', 'revision', { name: 'a' }],
    ['a guid', 'GET', `/api/things/${ID}`, 'byId', { id: ID }],
    ['a wildcard takes the rest', 'GET', '/api/files/a/b%20c', 'files', { path: 'a/b c' }],
    ['a wildcard takes nothing', 'GET', '/api/files', 'files', {}],
    ['a parameter before a wildcard', 'GET', '/api/files/readme/1', 'readme', { part: '1' }],
    ['an encoded slash stays inside its segment', 'GET', '/api/clusters/a%2Fb', 'get', { name: 'a/b' }],
    ['an escape in a literal', 'GET', '/api/%63lusters', 'list', {}],
    ['no route: the name of the function', 'GET', '/api/unnamed', 'unnamed', {}],
    ['HEAD goes where GET goes', 'HEAD', '/api/clusters/a', 'get', { name: 'a' }],
  ])('%s', (_what, method, path, name, parameters) => {
    const match = table.find(method, path);
    expect(match.kind === 'found' && { name: match.fn.name, parameters: match.parameters }).toEqual({
      name,
      parameters,
    });
  });

  test.each([
    ['no such route', 'GET', '/api/nope', { kind: 'not-found' }],
    ['one segment too many', 'GET', '/api/clusters/a/b', { kind: 'not-found' }],
    ['an empty segment', 'GET', '/api//clusters', { kind: 'not-found' }],
    ['an empty parameter', 'DELETE', '/api/clusters//', { kind: 'not-found' }],
    ['outside the prefix', 'GET', '/clusters', { kind: 'not-found' }],
    ['a constraint that does not hold', 'GET', '/api/things/7', { kind: 'not-found' }],
    ['a broken escape', 'GET', '/api/clusters/%', { kind: 'malformed' }],
    ['a broken UTF-8 escape', 'GET', '/api/clusters/%ff', { kind: 'malformed' }],
    [
      'another method',
      'PUT',
      '/api/clusters',
      { kind: 'method-not-allowed', allow: 'GET, HEAD, OPTIONS, POST' },
    ],
    ['OPTIONS', 'OPTIONS', '/api/clusters/x', { kind: 'options', allow: 'DELETE, GET, HEAD, OPTIONS' }],
  ])('%s', (_what, method, path, expected) => {
    expect(table.find(method, path)).toEqual(expected);
  });

  test('an empty prefix starts at the root, and settings are filled in', () => {
    const atRoot = buildRouteTable([aFunction('f', { route: '%PLACE%/x', methods: ['GET'] })], '', {
      PLACE: 'here',
    });
    expect(atRoot.find('GET', '/here/x').kind).toBe('found');
    expect(atRoot.find('GET', '/').kind).toBe('not-found');
  });

  test.each([
    ['{name:colour}', 'unknown constraint "colour"'],
    ['{}x', 'cannot read'],
    ['a{*rest}', 'a wildcard stands alone'],
  ])('refuses the template %s when the app starts', (template, reason) => {
    expect(() => parseRouteTemplate(template)).toThrow(reason);
  });
});
