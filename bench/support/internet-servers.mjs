// @ts-check
// `node internet-servers.mjs <address> <module>`: the signalling servers of all contenders and the page of that module, on
// one host of a lab; says where they are in one line, and ends with its input.
import { argv, exit, stdin } from 'node:process';
import { pathToFileURL } from 'node:url';

import { startServers } from '../setup/servers.mjs';
import { servePage } from './browser.mjs';

const [, , address, module] = argv;
if (address === undefined || module === undefined) throw new Error('an address and a module are needed');
const { urls } = await startServers(address);
const page = await servePage(pathToFileURL(module), address);
console.log(JSON.stringify({ ...urls, page: page.url }));
stdin.resume().on('end', () => exit(0));
