/** This AWS as what runs on its instances sees it. */
import type { MachineHost } from '../../machines/port.ts';
import { behind } from './balancing/behind.ts';
import type { World } from './core/world.ts';
import { ensureServiceBalancer, removeServiceBalancer } from './kubernetes/balancers.ts';
import { ensureClaimVolume, removeClaimVolume } from './kubernetes/volumes.ts';
import { reachesInternet, reachesPeer } from './network/reachability.ts';

/** `present` brings the world to the present first, and keeps what that changed. */
export function machineHost(world: World, present: <T>(read: () => T) => T): MachineHost {
  const { compute } = world;
  return {
    instances: () => present(() => compute.running(world)),
    reachesInternet: (id) => present(() => reachesInternet(world, id)),
    reachesPeer: (from, to, port) => present(() => reachesPeer(world, from, to, port)),
    behind: (host, port, from) => present(() => behind(world, host, port, from)),
    bootSecret: (name, id) => present(() => compute.bootSecret(world, name, id)),
    ensureBalancer: (service, id) => present(() => ensureServiceBalancer(world, service, id)),
    removeBalancer: (service, id) => present(() => removeServiceBalancer(world, service, id)),
    ensureVolume: (order, id) => present(() => ensureClaimVolume(world, order, id)),
    removeVolume: (volumeId, id) => present(() => removeClaimVolume(world, volumeId, id)),
    console: (id, atMs, line) => present(() => compute.console(world, id, atMs, line)),
  };
}
