const url = globalThis.Deno ? Deno.args[0] : process.argv[2];
console.log(await (await fetch(url)).text());
