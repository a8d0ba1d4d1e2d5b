/**
 * App settings as bindings refer to them: `%NAME%` in the fields of a binding, and the name of a connection. The lookup
 * order of a connection is Azure's: `X`, then `AzureWebJobsX`, each as a connection string or with `__` parts.
 */
export type AppSettings = Readonly<Record<string, string>>;

export type ConnectionSetting =
  | { readonly kind: 'connection-string'; readonly value: string }
  | { readonly kind: 'identity'; readonly fullyQualifiedNamespace: string };

/** Throws when a named setting is missing: the function would listen to a queue called `%RECONCILE_QUEUE%`. */
export function substituteSettings(text: string, settings: AppSettings): string {
  return text.replaceAll(/%([^%]+)%/g, (_whole, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`"${text}" refers to the setting ${name}, which is not set`);
    return value;
  });
}

export function findConnection(name: string, settings: AppSettings): ConnectionSetting {
  for (const candidate of [name, `AzureWebJobs${name}`]) {
    const value = settings[candidate];
    if (value) return { kind: 'connection-string', value };
    const namespace = settings[`${candidate}__fullyQualifiedNamespace`];
    if (namespace) return { kind: 'identity', fullyQualifiedNamespace: namespace };
  }
  throw new Error(`Connection "${name}": set ${name} or ${name}__fullyQualifiedNamespace`);
}
