import { describe, expect, test } from '@jest/globals';
import { findConnection, substituteSettings } from './settings.ts';

describe('settings of bindings', () => {
  test('fills settings in wherever they stand', () => {
    expect(substituteSettings('%QUEUE%/$DeadLetterQueue', { QUEUE: 'reconcile' })).toBe(
      'reconcile/$DeadLetterQueue',
    );
    expect(substituteSettings('0 */5 * * * *', {})).toBe('0 */5 * * * *');
    expect(() => substituteSettings('%QUEUE%', {})).toThrow('the setting QUEUE, which is not set');
  });

  const identity = { kind: 'identity', fullyQualifiedNamespace: 'ns.servicebus.windows.net' };
  test.each([
    ['a connection string', { Bus: 'Endpoint=a' }, { kind: 'connection-string', value: 'Endpoint=a' }],
    ['an identity', { Bus__fullyQualifiedNamespace: 'ns.servicebus.windows.net' }, identity],
    [
      'the prefixed name',
      { AzureWebJobsBus: 'Endpoint=b' },
      { kind: 'connection-string', value: 'Endpoint=b' },
    ],
    [
      'the prefixed identity',
      { AzureWebJobsBus__fullyQualifiedNamespace: 'ns.servicebus.windows.net' },
      identity,
    ],
    [
      'the plain name before the prefixed one',
      { Bus: 'a', AzureWebJobsBus: 'b' },
      { kind: 'connection-string', value: 'a' },
    ],
    [
      'an empty one counts as absent',
      { Bus: '', AzureWebJobsBus: 'b' },
      { kind: 'connection-string', value: 'b' },
    ],
  ])('finds a connection by %s', (_what, settings, expected) => {
    expect(findConnection('Bus', settings)).toEqual(expected);
  });

  test('names both ways to set a connection that is missing', () => {
    expect(() => findConnection('Bus', {})).toThrow('set Bus or Bus__fullyQualifiedNamespace');
  });
});
