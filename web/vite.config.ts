import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.TRUNKLINE_URL ?? "http://127.0.0.1:8080";
const proxy = { "/api": { target: server, changeOrigin: false } };

// What the server sends with the page. `preview` sends it too, so that a breach shows while building.
const policy = [
  "default-src 'self'",
  "img-src 'self' data: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join("; ");

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double" }),
    react(),
    tailwindcss(),
  ],
  resolve: {
    alias: {
      "@": here("./src"),
      // The original puts <style> elements into the page, which the policy forbids. styles.css locks the scroll.
      "react-remove-scroll": here("./src/lib/scroll-lock/scroll-lock.tsx"),
    },
  },
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false },
  server: { proxy, host: "127.0.0.1" },
  preview: { proxy, host: "127.0.0.1", headers: { "Content-Security-Policy": policy } },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    css: false,
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
