using Shop.Load;

return await CommandLine.Run(args);
