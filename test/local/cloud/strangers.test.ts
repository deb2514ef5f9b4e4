import { stranger } from '../../../local/cloud/strangers';

const headers = (more: Record<string, string>) => ({ headers: { host: '127.0.0.1:4510', ...more } });

it.each([
  {},
  { host: 'localhost:4510' },
  { host: '127.83.9.1' },
  { host: '[::1]:4510' },
  { host: 'my-bucket.localhost:4510' },
  { host: '169.254.169.254' },
  { 'sec-fetch-site': 'none' },
])('answers programs of this machine, and an address that a person types: %j', (more) => {
  expect(stranger(headers(more))).toBeUndefined();
});

it.each([
  { origin: 'https://example.com' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1:8233' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-origin' },
  { host: 'rebound.example.com:4510' },
  { host: '127.0.0.1.example.com' },
  { host: 'localhost.example.com' },
  { host: 'evil-localhost' },
  { host: '' },
])('answers no page of a browser, and none that has pointed a name at this machine: %j', (more) => {
  expect(stranger(headers(more))).toMatch(/this interface/);
});
