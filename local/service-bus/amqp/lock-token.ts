/**
 * Lock tokens are UUIDs. `$management` carries their bytes in RFC 4122 order; a delivery tag carries them in the order of
 * a .NET Guid, whose first three groups are little-endian, and the client turns them back.
 */

export function tokenToBytes(token: string): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

export function bytesToToken(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function tokenToDeliveryTag(token: string): Buffer {
  const bytes = tokenToBytes(token);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
