// What a sandbox worker starts with, next to src/ and dist/ alike.
import '../dist/sandbox/child/worker-main.js';
