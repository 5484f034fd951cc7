import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.TRUNKLINE_URL ?? "http://127.0.0.1:8080";
const proxy = { "/api": { target: server, changeOrigin: false } };

/** Leaves each file compressed beside itself, as small as can be: the server compresses nothing. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      const texts = files.filter((file) => /\.(js|css|html|svg|json)$/.test(file));
      const both = texts.map(async (name) => {
        const file = join(folder, name);
        const bytes = await readFile(file);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
      });
      await Promise.all(both);
    },
  };
}

/**
 * Has the code of the first load compiled whole beside the page, and not function by function while the page is drawn:
 * V8's explicit compile hints, https://v8.dev/blog/explicit-compile-hints. To other browsers it is a comment.
 */
function compiledAhead(): Plugin {
  return {
    name: "compiled-ahead",
    apply: "build",
    generateBundle: {
      // Vite puts its list of files before the code of a chunk.
      order: "post",
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const entries = chunks.filter((chunk) => chunk.isEntry);
        const first = new Set(entries.flatMap((entry) => [entry.fileName, ...entry.imports]));
        for (const chunk of chunks) {
          if (first.has(chunk.fileName)) chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
        }
      },
    },
  };
}

// What the server sends with the page (src/dashboard.rs). `preview` sends it too, so that a breach shows while building.
const policy = [
  "default-src 'self'",
  "img-src 'self' data: https:",
  "media-src 'self' blob:",
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
    compiledAhead(),
    compressed(),
  ],
  resolve: {
    alias: {
      "@": here("./src"),
      // The original puts <style> elements into the page, which the policy forbids. styles.css locks the scroll.
      "react-remove-scroll": here("./src/lib/scroll-lock/scroll-lock.tsx"),
    },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What every page needs comes in few files; on its own, each icon would be one.
        codeSplitting: {
          groups: [
            { name: "icons", test: /lucide-react/ },
            {
              name: "house",
              test: /[\\/]src[\\/](api|components|lib|features[\\/]shell)[\\/]/,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  server: { proxy, host: "127.0.0.1" },
  preview: { proxy, host: "127.0.0.1", headers: { "Content-Security-Policy": policy } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["./src/test/setup.ts"],
    css: false,
    maxWorkers: 2,
    isolate: false,
    testTimeout: 30_000,
  },
});
