/**
 * Which addresses are out on the internet. Everything else is ours, our neighbours', or the cloud's that we run in: none
 * of it may be called because somebody wrote it into a form (OWASP, Server Side Request Forgery Prevention).
 */
import ipaddr from 'ipaddr.js';

/** All that is handed out so far: https://www.iana.org/assignments/ipv6-unicast-address-assignments */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's own services for machines: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const AZURE_PLATFORM = '168.63.129.16';

/** False for what is no address, and for IPv6 addresses that carry an IPv4 one (mapped, NAT64, 6to4, Teredo). */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6 ? address.match(GLOBAL_IPV6) : address.toString() !== AZURE_PLATFORM;
}
