await Shop.PaymentSimulator.SimulatorApplication.Build(args).RunAsync();
