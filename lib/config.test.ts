import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ConfigError, readConfig, SETTINGS } from './config.ts';

/** Read by the Functions runtime itself. */
const RUNTIME_SETTINGS = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage'];

const example = JSON.parse(readFileSync('local.settings.example.json', 'utf8')) as {
  Values: Record<string, string>;
};

test('local.settings.example.json lists exactly what is read', () => {
  const listed = Object.keys(example.Values).filter((name) => !RUNTIME_SETTINGS.includes(name));
  expect(listed.sort()).toEqual(Object.keys(SETTINGS.shape).sort());
});

test('the example holds the defaults', () => {
  expect(readConfig(example.Values)).toEqual(readConfig({}));
});

test('names every problem at once', () => {
  const read = () => readConfig({ SLIPWAY_SPEED: 'fast', SLIPWAY_MODE: 'cloud', SLIPWAY_TYPO: 'x' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/SLIPWAY_TYPO: no such setting.*SLIPWAY_MODE: .*SLIPWAY_SPEED: /);
});

test('only local mode may hurry', () => {
  expect(() => readConfig({ SLIPWAY_SPEED: '30' })).toThrow('SLIPWAY_SPEED is for local mode');
  expect(readConfig({ SLIPWAY_SPEED: '30', SLIPWAY_MODE: 'local' }).speed).toBe(30);
});

test('only local mode dials API servers elsewhere, and only at a host and port', () => {
  const gateway = (value: string, mode: string) =>
    readConfig({ SLIPWAY_KUBE_GATEWAY: value, SLIPWAY_MODE: mode }).kubeGateway;
  expect(gateway('127.0.0.1:16444', 'local')).toBe('127.0.0.1:16444');
  expect(() => gateway('127.0.0.1:16444', 'azure')).toThrow('SLIPWAY_KUBE_GATEWAY is for local mode');
  expect(() => gateway('16444', 'local')).toThrow('must be host:port');
});

test('agents reach a deployment by https, with an image that somebody named', () => {
  const agents = (url: string, image: string, mode = 'azure') =>
    readConfig({ SLIPWAY_PUBLIC_URL: url, SLIPWAY_AGENT_IMAGE: image, SLIPWAY_MODE: mode }).agents;
  const image = 'registry.example.com/slipway-agent:0.1.0';
  expect(agents('https://slipway.example.com/', image)).toMatchObject({
    publicUrl: 'https://slipway.example.com',
    image,
  });
  expect(() => agents('https://slipway.example.com', '')).toThrow('SLIPWAY_AGENT_IMAGE is missing');
  expect(() => agents('http://slipway.example.com', image)).toThrow('SLIPWAY_PUBLIC_URL must be https');
  expect(() => agents('ftp://slipway.example.com', image)).toThrow('SLIPWAY_PUBLIC_URL');
  expect(agents('', '').publicUrl).toBe('');
  expect(agents('http://127.0.0.1:7071', '', 'local').publicUrl).toBe('http://127.0.0.1:7071');
});

test.each([
  ['SLIPWAY_PASS_DEADLINE_MS', '60001'],
  ['SLIPWAY_REQUEST_TIMEOUT_MS', '15001'],
])('%s: what the quiet times of the protocol count on cannot be raised', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test('half a step cannot run', () => {
  expect(() => readConfig({ SLIPWAY_PASS_CONCURRENCY: '0.5' })).toThrow('SLIPWAY_PASS_CONCURRENCY');
});

test('tokens of both Entra versions are accepted from the one tenant', () => {
  const { tokens } = readConfig({ SLIPWAY_TENANT_ID: '11111111-2222-4333-8444-555555555555' });
  expect(tokens.issuers).toEqual([
    'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0',
    'https://sts.windows.net/11111111-2222-4333-8444-555555555555/',
  ]);
});
