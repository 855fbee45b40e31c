import { defineConfig } from 'vite';

// `npm run dev -w examples/conference` beside `npm start -- --port 8080`: the page with hot reload, its rendezvous there.
export default defineConfig({
  build: { target: 'es2023' },
  server: {
    proxy: {
      '/rendezvous': { target: 'ws://localhost:8080', ws: true },
      '/token': 'http://localhost:8080',
    },
  },
});
