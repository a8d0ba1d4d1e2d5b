/**
 * Which Kubernetes versions we can make a cluster of ourselves (A4). What AKS offers is its own to say, so that is asked
 * of the cloud. Pure.
 */
import { type Finding, violation } from '../domain/findings.ts';
import type { ResolvedProfile } from '../domain/profile.ts';

/** From the first that knows kubeadm's v1beta4 to the newest that the machines were tried with. Our choice. */
const MINORS = ['1.31', '1.32', '1.33', '1.34'];

/** `path`: where the request names the profile. */
export function versionFindings({ cloudType, layers }: ResolvedProfile, path: string): readonly Finding[] {
  const kubernetes = layers.find(({ layer }) => layer === 'kubernetes');
  if (cloudType === 'aks' || !kubernetes || isSupported(kubernetes.version)) return [];
  const message =
    `Kubernetes ${kubernetes.version} cannot be installed on machines; ` +
    `versions are ${MINORS.map((minor) => `${minor}.x`).join(', ')}, with their patch.`;
  return [violation('K8S_VERSION_UNSUPPORTED', path, message)];
}

function isSupported(version: string): boolean {
  const [, minor] = /^(\d+\.\d+)\.\d+$/.exec(version) ?? [];
  return minor !== undefined && MINORS.includes(minor);
}
