// A real OIDC server that is not ours, with people whom the tests name.
//
// node server.mjs PORT PEOPLE: a JSON object from a login to what its access tokens say besides.
// The tests turn its keys by POST /control/rotate (a new one signs, the old ones stay published)
// and POST /control/withdraw (the old ones are gone).
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';

const [port, people] = [Number(process.argv[2]), JSON.parse(process.argv[3])];
const issuer = `http://127.0.0.1:${port}`;
let keys = [];

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = `key-${Date.now()}-${keys.length}`;
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

function provider() {
  return new Provider(issuer, {
    jwks: { keys },
    clients: [{
      client_id: 'portal',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/came-back'],
      application_type: 'native',
    }],
    cookies: { keys: ['for-tests'] },
    pkce: { required: () => true },
    ttl: { AccessToken: 3600, IdToken: 3600, Session: 600, Grant: 600, Interaction: 600 },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (_, token) => people[token.accountId],
    features: {
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => {
          if (!resource.startsWith('urn:')) throw new errors.InvalidTarget();
          return {
            scope: 'openid',
            audience: resource.slice(4),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
  });
}

keys = [newKey()];
let answer = provider().callback();
const control = {
  '/control/rotate': () => { keys = [newKey(), ...keys]; },
  '/control/withdraw': () => { keys = keys.slice(0, 1); },
};
createServer((request, response) => {
  const turn = control[request.url];
  if (!turn) return answer(request, response);
  turn();
  answer = provider().callback();
  response.end(keys[0].kid);
}).listen(port, '127.0.0.1', () => console.log('ready'));
