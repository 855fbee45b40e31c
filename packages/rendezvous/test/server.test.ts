import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import { runCommand } from '../src/command.js';
import { subscriberOf } from '../src/addresses.js';
import { rendezvous } from './support/house.js';
import { newActor, RawClient, registrationOf } from './support/raw-client.js';

it.each(['localhost', '127.0.0.1'])('[A1] it is its own under %s', async (host) => {
  const { port } = await rendezvous({ host: 'localhost' });
  await RawClient.register(`ws://${host}:${port}/any/path`, await newActor());
});

it('[B3] given its public origins, it takes registrations for these and no others', async () => {
  const { url } = await rendezvous({ publicOrigins: ['https://calls.example'] });
  await RawClient.register(url, await newActor(), { origin: 'https://calls.example' });
  const { client, challenge } = await RawClient.dial(url);
  client.send(await registrationOf(url, await newActor(), challenge));
  expect((await client.next('refused')).code).toBe('auth/origin');
});

it('[A1] it attaches to a server that serves pages too, and leaves it running', async () => {
  const server = createServer((_request, response) => response.end('a page'));
  const house = await rendezvous({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(house.url).toBe(`ws://127.0.0.1:${port}/rendezvous`);
  const alice = await RawClient.register(house.url, await newActor());
  await house.close();
  expect((await alice.closed).code).toBe(4503);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('a page');
  server.closeAllConnections();
  server.close();
});

it('[A2] who opens it in a browser is told what it is', async () => {
  const { port } = await rendezvous();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.status).toBe(426);
  expect(await response.text()).toContain('Conclave rendezvous');
});

it.each(['its own', 'that of another'])(
  '[A2] at a path that is not there an upgrade is refused, on a server that is %s, and leaves nothing behind',
  async (whose) => {
    const server = createServer();
    const house = await rendezvous({ path: '/here', ...(whose === 'its own' ? {} : { server }) });
    if (whose !== 'its own') {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const socket = connect(house.port, '127.0.0.1');
    const upgrade = ['GET /there HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket', '', ''];
    socket.on('error', () => {}); // cut, with what it has sent unread
    socket.write(upgrade.join('\r\n'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.write('what nobody reads');
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
    await once(socket, 'close');
    await house.close();
    await new Promise((resolve) => (whose === 'its own' ? resolve(undefined) : server.close(resolve)));
  },
);

it('[A6] sockets from one address are bounded, and a place that was left is free', async () => {
  const { url } = await rendezvous({ limits: { clientsPerAddress: 1 } });
  const alice = await RawClient.register(url, await newActor());
  await expect(RawClient.dial(url)).rejects.toThrow('4430');
  await alice.leave();
  await RawClient.register(url, await newActor());
});

it('[A6] new sockets from one address are bounded in rate', async () => {
  const { url } = await rendezvous({ limits: { connectBurst: 2, connectsPerSecond: 0.001 } });
  await RawClient.dial(url);
  await RawClient.dial(url);
  await expect(RawClient.dial(url)).rejects.toThrow('4429');
});

it('[A6] addresses are counted by subscriber', () => {
  expect(subscriberOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(subscriberOf('2001:db8:1:2:3:4:5:6')).toBe(subscriberOf('2001:db8:1:2::9'));
  expect(subscriberOf('2001:db8:1:2::9')).not.toBe(subscriberOf('2001:db8:1:3::9'));
  expect(subscriberOf('::1')).toBe('0:0:0:0::/64');
});

it('[A2] ICE servers that no client would take are refused at the start', async () => {
  await expect(rendezvous({ iceServers: [{ urls: ['https://x.example'] }] })).rejects.toThrow('iceServers');
});

describe('[A2] the command line', () => {
  async function run(...args: string[]) {
    const lines = { out: [] as string[], err: [] as string[] };
    const outcome = await runCommand(args, {
      out: (line) => lines.out.push(line),
      err: (line) => lines.err.push(line),
    });
    if (typeof outcome !== 'number') await outcome.close();
    return { outcome, ...lines };
  }

  it('says where it listens and which key it knows', async () => {
    const { out } = await run('--port', '0');
    expect(out.join()).toMatch(/ws:\/\/127\.0\.0\.1:\d+\/ \(key demo\)/);
  });

  it('says clearly that a port is taken', async () => {
    const { port } = await rendezvous();
    const { outcome, err } = await run('--port', String(port));
    expect(outcome).toBe(1);
    expect(err).toEqual([`Port ${port} is taken. Stop the other program, or choose another with --port.`]);
  });

  it.each([
    ['--port', 'many'],
    ['--port', '70000'],
    ['--colour', 'red'],
    ['--host', '192.0.2.1'],
  ])('says what is wrong with %s %s', async (...args) => {
    const { outcome, err } = await run(...args);
    expect(outcome).toBe(1);
    expect(err.join()).toContain('--help');
  });

  it('helps', async () => {
    const { outcome, out } = await run('--help');
    expect(outcome).toBe(0);
    expect(out.join()).toContain('--key');
  });
});
