// Checks the simulator with Particle's own JavaScript client: `node check.mjs <url> <folder of node_modules>`.
// The test `particle_api_js` installs the client, starts the simulator with the sample home and runs this.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [url, folder] = process.argv.slice(2);
const Particle = createRequire(`${folder}/`)('particle-api-js');
const particle = new Particle({ baseUrl: url });

async function check(what, test) {
    await test();
    console.log(`ok ${what}`);
}

// What the client makes of an error answer.
async function fails(request, status, fields) {
    const error = await request.then(() => assert.fail('should have failed'), (error) => error);
    assert.equal(error.statusCode, status);
    for (const [field, value] of Object.entries(fields)) {
        assert.deepEqual(error.body[field], value);
    }
    return error;
}

let auth;

await check('login with a wrong password fails', async () => {
    const request = particle.login({ username: 'maker@example.com', password: 'wrong' });
    const error = await fails(request, 400, { error: 'invalid_grant' });
    assert.equal(error.shortErrorDescription, 'User credentials are invalid');
});

await check('login', async () => {
    const { body, statusCode } = await particle.login({ username: 'maker@example.com', password: 'particle' });
    assert.equal(statusCode, 200);
    assert.deepEqual(Object.keys(body), ['token_type', 'access_token', 'expires_in', 'refresh_token']);
    assert.equal(body.token_type, 'bearer');
    assert.match(body.access_token, /^[0-9a-f]{40}$/);
    auth = body.access_token;
});

await check('getUserInfo', async () => {
    const { body } = await particle.getUserInfo({ auth });
    assert.equal(body.username, 'maker@example.com');
});

await check('listDevices', async () => {
    const { body } = await particle.listDevices({ auth });
    assert.ok(body.length > 20);
    const [lamp] = body;
    assert.equal(lamp.name, 'desk_lamp');
    assert.equal(lamp.connected, true);
    assert.deepEqual(lamp.functions, ['setPower', 'setBrightness']);
    assert.deepEqual(lamp.variables, { brightness: 'int32', power: 'bool' });
    assert.equal(body.find(({ name }) => name === 'attic').functions, null);
});

await check('getDevice', async () => {
    const { body } = await particle.getDevice({ deviceId: 'porch', auth });
    assert.equal(body.id, 'cafe00000000000000000003');
    assert.deepEqual(body.variables, { temperature: 'double' });
});

await check('getVariable', async () => {
    const { body } = await particle.getVariable({ deviceId: 'porch', name: 'temperature', auth });
    assert.equal(body.result, 18.5);
    assert.equal(body.coreInfo.deviceID, 'cafe00000000000000000003');
});

await check('callFunction', async () => {
    const call = (argument) => particle.callFunction({ deviceId: 'desk_lamp', name: 'setPower', argument, auth });
    assert.equal((await call('on')).body.return_value, 1);
    assert.equal((await call('bright')).body.return_value, -1);
    assert.equal((await call()).body.return_value, -1);
    const { body } = await particle.getVariable({ deviceId: 'desk_lamp', name: 'power', auth });
    assert.equal(body.result, true);
});

await check('setDeviceNotes', async () => {
    const notes = 'Beside the window.\n\n[alexa]\nname = "Desk lamp"\n';
    const { body } = await particle.setDeviceNotes({ deviceId: 'desk_lamp', notes, auth });
    assert.equal(body.notes, notes);
    assert.equal((await particle.getDevice({ deviceId: 'desk_lamp', auth })).body.notes, notes);
});

await check('renameDevice', async () => {
    const { body } = await particle.renameDevice({ deviceId: 'desk_lamp', name: 'big_lamp', auth });
    assert.equal(body.name, 'big_lamp');
    assert.equal((await particle.getDevice({ deviceId: 'big_lamp', auth })).body.id, body.id);
});

await check('signalDevice', async () => {
    const { body } = await particle.signalDevice({ deviceId: 'porch', signal: true, auth });
    assert.equal(body.signaling, true);
    const { body: after } = await particle.signalDevice({ deviceId: 'porch', signal: false, auth });
    assert.equal(after.signaling, false);
});

await check('ping, which the client has no method for', async () => {
    const ping = (device) => particle.put({ uri: `/v1/devices/${device}/ping`, auth, data: {} });
    assert.deepEqual((await ping('porch')).body, { online: true, ok: true });
    assert.deepEqual((await ping('attic')).body, { online: false, ok: true });
});

await check('an offline device', async () => {
    const call = particle.callFunction({ deviceId: 'bedroom_lamp', name: 'setPower', argument: 'on', auth });
    await fails(call, 400, { ok: false, error: 'timed out' });
    const read = particle.getVariable({ deviceId: 'bedroom_lamp', name: 'power', auth });
    await fails(read, 408, { ok: false, error: 'timed out' });
});

await check('an unknown function, variable and device', async () => {
    const call = particle.callFunction({ deviceId: 'porch', name: 'blink', argument: '', auth });
    await fails(call, 404, { ok: false, error: 'Function blink not found' });
    const read = particle.getVariable({ deviceId: 'porch', name: 'NOPE', auth });
    await fails(read, 404, { ok: false, error: 'Unknown Variable: NOPE' });
    await fails(particle.getDevice({ deviceId: 'nowhere', auth }), 403, { error: 'Permission Denied' });
});

let client;

await check('createOAuthClient', async () => {
    const redirect_uri = 'https://pitangui.amazon.com/api/skill/link/M1';
    const { body, statusCode } = await particle.createOAuthClient({ name: 'My Skill', type: 'web', redirect_uri, auth });
    assert.equal(statusCode, 200);
    client = body.client;
    assert.match(client.id, /^my-skill-[0-9]+$/);
    assert.match(client.secret, /^[0-9a-f]{40}$/);
    assert.deepEqual([client.type, client.redirect_uri], ['web', redirect_uri]);
});

await check('createOAuthClient of no type there is', async () => {
    await fails(particle.createOAuthClient({ name: 'x', type: 'app', auth }), 400, { ok: false });
});

await check('listOAuthClients', async () => {
    const { body } = await particle.listOAuthClients({ auth });
    const listed = body.clients.find(({ id }) => id === client.id);
    assert.deepEqual({ ...listed, secret: client.secret }, client);
});

await check('updateOAuthClient', async () => {
    const { body } = await particle.updateOAuthClient({ clientId: client.id, name: 'Your Skill', scope: '*:*', auth });
    assert.deepEqual([body.client.id, body.client.name], [client.id, 'Your Skill']);
});

await check('loginAsClientOwner', async () => {
    const web = new Particle({ baseUrl: url, clientId: client.id, clientSecret: client.secret });
    const error = await fails(web.loginAsClientOwner(), 400, { error: 'invalid_client' });
    assert.equal(error.shortErrorDescription, 'The grant type is unauthorised for this client_id');

    const { body } = await particle.createOAuthClient({ name: 'tool', type: 'installed', auth });
    const { id: clientId, secret: clientSecret } = body.client;
    const installed = new Particle({ baseUrl: url, clientId, clientSecret });
    const { body: granted } = await installed.loginAsClientOwner();
    assert.equal((await particle.listDevices({ auth: granted.access_token })).statusCode, 200);
    await particle.deleteAccessToken({ token: granted.access_token });
    await fails(particle.listDevices({ auth: granted.access_token }), 401, { error: 'invalid_token' });
});

await check('deleteOAuthClient', async () => {
    const { statusCode } = await particle.deleteOAuthClient({ clientId: client.id, auth });
    assert.equal(statusCode, 204);
    const { body } = await particle.listOAuthClients({ auth });
    assert.equal(body.clients.find(({ id }) => id === client.id), undefined);
    await fails(particle.deleteOAuthClient({ clientId: client.id, auth }), 404, { ok: false });
});

await check('no token', async () => {
    const error = await fails(particle.listDevices({}), 400, { error: 'invalid_request' });
    assert.equal(error.shortErrorDescription, 'The access token was not found');
});

await check('deleteCurrentAccessToken', async () => {
    assert.deepEqual((await particle.deleteCurrentAccessToken({ auth })).body, { ok: true });
    const error = await fails(particle.listDevices({ auth }), 401, { error: 'invalid_token' });
    assert.equal(error.shortErrorDescription, 'The access token provided is invalid.');
});

await check('deleteActiveAccessTokens', async () => {
    const { body } = await particle.login({ username: 'maker@example.com', password: 'particle' });
    const other = await particle.login({ username: 'maker@example.com', password: 'particle' });
    assert.deepEqual((await particle.deleteActiveAccessTokens({ auth: body.access_token })).body, { ok: true });
    await fails(particle.listDevices({ auth: other.body.access_token }), 401, { error: 'invalid_token' });
});
