import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstPageBudget } from './budget.ts';

export default defineConfig({
  plugins: [react(), firstPageBudget()],
  build: {
    target: 'es2022',
    // No data: URLs: fonts and pictures come from the server, as the content security policy demands.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4319' } },
});
