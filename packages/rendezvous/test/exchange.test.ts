import { exchangeCases, memoryExchange } from '@conclave/rendezvous';

describe('[A6] the exchange in memory', () => {
  it.each(exchangeCases.map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    await run(async (options) => {
      const exchange = memoryExchange(options);
      return { east: exchange, west: exchange };
    });
  });
});
