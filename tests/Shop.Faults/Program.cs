using Shop.Faults;

return await CommandLine.Run(args);
