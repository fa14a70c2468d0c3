import { z } from 'zod';

// Must be imported before any schema: zod decides at construction whether to compile parsers with `new Function`, which the
// window's content security policy forbids (and reports as an error even though zod recovers).
z.config({ jitless: true });
