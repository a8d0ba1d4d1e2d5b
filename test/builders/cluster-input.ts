/** Bodies as people send them. */

/** 2048 bits; nobody has its private half. */
export const RSA_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDIi27U360C+80Qn66Y2pserVQ2vMtdxxB9E1LBIbsJNNIf8QNl7rQY4KQl3274v+XvOD8db9D1XExYP+inDG0jpnVnrXFywoldMt8ej5zQakAkvWGJTMm8qSy8DtnWt5BA2E5EwVO+AeQ7lk1J7pl2ip0DZD3duEORfcer6/GrwuT2NAxGAj/h8soY/UDCgtwUXP8TYxKsAahK0B8RzMZBrrPLwtw3rMwjUWA2KufJvVox6RdLhSWaSxv9dkZXk2bzF+Qya838z3adWLmfUtsOdV94TKI2gQDTgLeiEFBp/4z4I0MmNTGjLS3iPuIG6E7Y/cCpZpVx7d/0F10asJzZ builder@example';
export const SHORT_RSA_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCwKxLNG+qM7OZXNsR5xiKwUvenNAu1rNQBQmSjvxggOYp5K6DmqIaN7TQo+2cFVx/UUFOfF3CCJXRk+GdrkDxaHzj4Gj7Z82jBtG0tKw4hqUoFwrMyXbdDejMMwi2K7nBkvioQ9tZ3M4TVbc+0/kspJcwnCZ3P65yLj3Kbz+XGEQ==';
export const ED25519_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG51Cla4aQgMI8X+EU0T2kQxgIpeeJx92zcGqac1RVIP a@b';

type Fields = Readonly<Record<string, unknown>>;

export function aCloudInput(fields: Fields = {}): Fields {
  return {
    type: 'aks',
    account: 'azure-demo',
    region: 'westeurope',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'platform',
    sshPublicKey: RSA_KEY,
    ...fields,
  };
}

export function aPoolInput(fields: Fields = {}): Fields {
  return { name: 'system', system: true, size: 3, instanceType: 'Standard_D4s_v5', ...fields };
}

export function aClusterInput(fields: Fields = {}): Fields {
  return { name: 'shop', profile: { name: 'aks-base', version: '1.0.0' }, cloud: aCloudInput(), ...fields };
}

/** A good cluster with other fields in one place. */
export const withCloud = (fields: Fields) => aClusterInput({ cloud: aCloudInput(fields) });
export const withSystemPool = (fields: Fields) => aClusterInput({ pools: [aPoolInput(fields)] });
export const withSchedules = (schedules: Fields) => aClusterInput({ schedules });
/** Beside a good system pool. */
export const withPool = (fields: Fields) =>
  aClusterInput({
    pools: [aPoolInput(), { name: 'extra', size: 1, instanceType: 'Standard_D4s_v5', ...fields }],
  });
