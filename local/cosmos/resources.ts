/** How the account, databases, containers and partition ranges look in answers. */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Database } from './catalog.ts';
import type { Container } from './container.ts';
import { DOCUMENT } from './definitions.ts';

/** One region, reachable where the request came in. */
export function accountResource(host: string): JsonObject {
  const locations = [{ name: 'Local', databaseAccountEndpoint: `http://${host}/` }];
  return {
    id: 'local',
    _rid: 'local',
    _self: '',
    _dbs: '//dbs/',
    media: '//media/',
    addresses: '//addresses/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    userReplicationPolicy: {},
    systemReplicationPolicy: {},
    readPolicy: {},
    queryEngineConfiguration: '{}',
  };
}

export function databaseResource({ id, rid, ts }: Database): JsonObject {
  const _self = `dbs/${rid}/`;
  return { id, _rid: rid, _self, _etag: `"${rid}"`, _colls: 'colls/', _users: 'users/', _ts: ts };
}

const DEFAULT_INDEXING = {
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};

export function containerResource(database: Database, container: Container): JsonObject {
  return {
    indexingPolicy: DEFAULT_INDEXING,
    conflictResolutionPolicy: { mode: 'LastWriterWins', conflictResolutionPath: '/_ts' },
    ...DOCUMENT.parse(container.definition),
    _rid: container.rid,
    _self: `dbs/${database.rid}/colls/${container.rid}/`,
    _etag: `"${container.rid}"`,
    _ts: container.ts,
    _docs: 'docs/',
    _sprocs: 'sprocs/',
    _triggers: 'triggers/',
    _udfs: 'udfs/',
    _conflicts: 'conflicts/',
  };
}

/** One range holds all keys: nothing ever splits here. */
export function rangeResource(database: Database, container: Container): JsonObject {
  return {
    id: '0',
    _rid: container.rid,
    _self: `dbs/${database.rid}/colls/${container.rid}/pkranges/0/`,
    _etag: '"0"',
    _ts: container.ts,
    minInclusive: '',
    maxExclusive: 'FF',
    ridPrefix: 0,
    throughputFraction: 1,
    status: 'online',
    parents: [],
  };
}
