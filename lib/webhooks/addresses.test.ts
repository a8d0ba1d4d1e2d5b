import { expect, test } from '@jest/globals';
import { isPublicAddress } from './addresses.ts';

test.each([
  ['8.8.8.8', 'somebody on the internet'],
  ['172.32.0.1', 'just outside of a private range'],
  ['100.128.0.1', 'just outside of the carriers'],
  ['2606:4700:4700::1111', 'somebody on the internet'],
])('%s may be called: %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'metadata of Azure, AWS and Google'],
  ['169.254.170.2', 'credentials of tasks'],
  ['168.63.129.16', "Azure's services for machines"],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', 'metadata of Alibaba'],
  ['192.0.0.192', 'metadata of Oracle'],
  ['192.0.2.1', 'documentation'],
  ['198.18.0.1', 'benchmarks'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['192.88.99.1', '6to4 relays'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::127.0.0.1', 'IPv4-compatible'],
  ['::ffff:127.0.0.1', 'mapped loopback'],
  ['::ffff:169.254.169.254', 'mapped metadata'],
  ['::ffff:8.8.8.8', 'mapped, whatever it carries'],
  ['::ffff:0:10.0.0.1', 'translated'],
  ['64:ff9b::a9fe:a9fe', 'metadata behind NAT64'],
  ['64:ff9b:1::7f00:1', 'loopback behind local NAT64'],
  ['2002:7f00:1::', 'loopback behind 6to4'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with a zone'],
  ['fec0::1', 'site-local'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'metadata of AWS'],
  ['ff02::1', 'multicast'],
  ['100::1', 'discarded'],
  ['2001:db8::1', 'documentation'],
  ['4000::1', 'not handed out'],
  ['', 'nothing'],
  ['example.com', 'a name'],
])('%s may not be called: %s', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
