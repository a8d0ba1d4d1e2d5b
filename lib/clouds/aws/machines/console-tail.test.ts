/** What people see of a console that may hold anything. */
import { expect, test } from '@jest/globals';
import { consoleTail } from './console-tail.ts';

test.each([
  ['a join token', 'kubeadm join --token abcdef.0123456789abcdef', 'kubeadm join --token ***'],
  ['a certificate key', '--certificate-key 0a1b2c', '--certificate-key ***'],
  ['a private key', 'a\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nb', 'a\n***\nb'],
  ['half a private key', 'a\n-----BEGIN PRIVATE KEY-----\nMHc', 'a\n***'],
  ['colours and bells', '\u001b[31mred\u001b[0m\u0007\r\nnext', 'red\nnext'],
  ['blank lines', 'a\n\n  \nb\n', 'a\nb'],
])('%s', (_title, output, expected) => {
  expect(consoleTail(output)).toBe(expected);
});

test('the end of it, twenty lines at most', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  expect(consoleTail(lines.join('\n')).split('\n')).toEqual(lines.slice(10));
  expect(consoleTail('x'.repeat(5_000))).toHaveLength(1_500);
});
