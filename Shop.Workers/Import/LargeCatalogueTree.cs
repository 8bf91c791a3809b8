using System.Globalization;
using Shop.Workers.Catalog;

namespace Shop.Workers.Import;

/// <summary>
/// The category tree of <see cref="LargeCatalogue"/>: departments, aisles, and kinds of things on their shelves.
/// </summary>
internal static class LargeCatalogueTree
{
    /// <summary>A kind of thing; its <c>Scale</c> is the logarithm of what one costs in the middle, in cents.</summary>
    internal sealed record Kind(string CategoryId, string Name, string Department, double Scale);

    // A department with what a thing in its middle costs, in dollars; then its aisles = their kinds.
    private const string Text = """
        Kitchen 30
        Cookware = Skillets, Saucepans, Stockpots, Woks, Dutch Ovens, Griddles
        Bakeware = Loaf Tins, Cake Tins, Muffin Trays, Rolling Pins, Baking Mats
        Knives = Chef Knives, Bread Knives, Paring Knives, Cleavers, Knife Blocks
        Small Appliances = Kettles, Toasters, Blenders, Food Processors, Rice Cookers, Waffle Irons
        Coffee and Tea = Espresso Machines, Coffee Grinders, Teapots, French Presses, Milk Frothers
        Tableware = Dinner Plates, Soup Bowls, Mugs, Tumblers, Serving Trays
        Electronics 120
        Audio = Headphones, Earbuds, Speakers, Soundbars, Turntables, Radios
        Television = Televisions, Projectors, Streaming Players, Wall Mounts, Remote Controls
        Computers = Laptops, Desktops, Monitors, Keyboards, Mice, Docking Stations
        Phones = Smartphones, Phone Cases, Chargers, Power Banks, Screen Protectors
        Cameras = Mirrorless Cameras, Lenses, Tripods, Camera Bags, Memory Cards
        Networking = Routers, Switches, Range Extenders, Network Cables, Modems
        Home 60
        Furniture = Sofas, Armchairs, Bookcases, Coffee Tables, Sideboards, Bar Stools
        Bedding = Duvets, Pillows, Sheet Sets, Mattress Toppers, Blankets
        Lighting = Table Lamps, Floor Lamps, Pendant Lights, Light Bulbs, String Lights
        Storage = Baskets, Drawer Units, Coat Racks, Shoe Racks, Boxes
        Decor = Mirrors, Vases, Picture Frames, Candles, Rugs, Curtains
        Cleaning = Vacuum Cleaners, Mops, Steam Cleaners, Brushes, Bins
        Garden 40
        Tools = Spades, Rakes, Secateurs, Hoes, Garden Forks
        Watering = Hoses, Watering Cans, Sprinklers, Water Butts, Drip Kits
        Outdoor Living = Deck Chairs, Parasols, Fire Pits, Hammocks, Garden Tables
        Growing = Seed Trays, Planters, Greenhouses, Compost Bins, Grow Lights
        Power Equipment = Lawnmowers, Hedge Trimmers, Leaf Blowers, Chainsaws, Pressure Washers
        Sports 50
        Cycling = Bicycles, Cycling Helmets, Bike Locks, Bike Lights, Saddles
        Running = Running Shoes, Running Belts, Foam Rollers, Sport Watches, Water Bottles
        Camping = Tents, Sleeping Bags, Camping Stoves, Head Torches, Cool Boxes
        Fitness = Dumbbells, Kettlebells, Yoga Mats, Resistance Bands, Exercise Bikes
        Water Sports = Wetsuits, Paddle Boards, Swimming Goggles, Snorkels, Dry Bags
        Winter Sports = Skis, Snowboards, Ski Goggles, Ski Boots, Sledges
        Clothing 35
        Men = Shirts, Chinos, Jumpers, Jackets, Belts
        Women = Dresses, Blouses, Skirts, Cardigans, Coats
        Children = T-Shirts, Leggings, Raincoats, Pyjamas, Sun Hats
        Shoes = Trainers, Boots, Sandals, Loafers, Slippers
        Accessories = Scarves, Gloves, Wallets, Umbrellas, Sunglasses
        Bags = Backpacks, Suitcases, Tote Bags, Messenger Bags, Duffel Bags
        Toys 22
        Building = Building Blocks, Model Kits, Marble Runs, Magnetic Tiles, Train Sets
        Games = Board Games, Card Games, Jigsaw Puzzles, Dice Games, Chess Sets
        Outdoor Play = Scooters, Swings, Sandpits, Kites, Trampolines
        Dolls and Figures = Dolls, Doll Houses, Action Figures, Soft Toys, Puppets
        Learning = Microscopes, Globes, Chemistry Sets, Abacuses, Puzzle Books
        Office 18
        Writing = Fountain Pens, Ballpoint Pens, Pencils, Markers, Highlighters
        Paper = Notebooks, Planners, Sketchbooks, Envelopes, Sticky Notes
        Desk = Desk Lamps, Desk Organisers, Monitor Stands, Desk Mats, Bookends
        Office Furniture = Desk Chairs, Standing Desks, Filing Cabinets, Whiteboards, Footrests
        Machines = Printers, Scanners, Shredders, Laminators, Label Makers
        Tools 65
        Power Tools = Drills, Circular Saws, Sanders, Jigsaws, Angle Grinders
        Hand Tools = Hammers, Screwdrivers, Spanners, Pliers, Chisels
        Measuring = Tape Measures, Spirit Levels, Laser Levels, Calipers, Multimeters
        Workshop = Workbenches, Tool Chests, Vices, Clamps, Sawhorses
        Safety = Work Gloves, Safety Goggles, Ear Defenders, Hard Hats, Knee Pads
        Paint = Paint Rollers, Paint Brushes, Masking Tape, Wall Paint, Wood Stain
        Health 20
        Grooming = Electric Shavers, Hair Dryers, Hair Clippers, Nail Kits, Combs
        Oral Care = Electric Toothbrushes, Water Flossers, Toothbrush Heads, Mouthwash, Travel Cases
        Wellness = Massage Guns, Heating Pads, Bathroom Scales, Thermometers, Sleep Masks
        Skin Care = Hand Creams, Sun Creams, Face Masks, Soaps, Bath Salts
        First Aid = First Aid Kits, Bandages, Ice Packs, Plasters, Blood Pressure Monitors
        Pets 25
        Dogs = Dog Beds, Dog Leads, Dog Bowls, Dog Toys, Dog Coats
        Cats = Cat Trees, Litter Boxes, Cat Toys, Cat Flaps, Cat Carriers
        Birds = Bird Cages, Bird Feeders, Bird Baths, Nest Boxes, Perches
        Fish = Aquariums, Aquarium Filters, Aquarium Lights, Gravel, Fish Food
        Small Animals = Hutches, Hamster Wheels, Hay Racks, Bedding Bales, Run Fences
        Automotive 45
        Car Care = Car Shampoo, Polishes, Wash Mitts, Air Fresheners, Car Vacuums
        Interior = Seat Covers, Floor Mats, Sunshades, Phone Mounts, Dash Cameras
        Exterior = Roof Boxes, Wiper Blades, Car Covers, Tow Bars, Mud Flaps
        Car Electrics = Car Batteries, Jump Starters, Headlight Bulbs, Fuses, Battery Chargers
        Tyres = Tyre Inflators, Snow Chains, Tyre Gauges, Wheel Trims, Jacks
        """;

    /// <summary>The lowest nodes, in the order of the text.</summary>
    public static IReadOnlyList<Kind> Kinds { get; }

    /// <summary>All nodes, parents first.</summary>
    public static IReadOnlyList<PutCategory> Categories { get; }

    static LargeCatalogueTree()
    {
        var kinds = new List<Kind>();
        var nodes = new List<Category>();
        var (top, middle) = (default(CategoryStep)!, 0.0);
        foreach (var line in Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('=', StringSplitOptions.TrimEntries);
            if (parts is [var head] && head.Split(' ') is [var department, var dollars])
            {
                (top, middle) = (Step(department), Math.Log(int.Parse(dollars, CultureInfo.InvariantCulture) * 100));
                nodes.Add(CategoryMapping.FromPath([top]));
                continue;
            }

            var aisle = Step(parts[0], top);
            nodes.Add(CategoryMapping.FromPath([top, aisle]));
            foreach (var name in parts[1].Split(',', StringSplitOptions.TrimEntries))
            {
                var kind = Step(name, aisle);
                nodes.Add(CategoryMapping.FromPath([top, aisle, kind]));
                // Some kinds cost a tenth of their department's middle, some seven times as much.
                kinds.Add(new Kind(kind.Id, name, top.Name, middle + new Draws(StableHash.Of(kind.Id)).Normal()));
            }
        }

        Kinds = kinds;
        Categories = [.. nodes.OrderBy(node => node.Path.Count).Select(node => new PutCategory(node, Replaces: true))];
    }

    private static CategoryStep Step(string name, CategoryStep? above = null)
    {
        var id = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return new CategoryStep(above is null ? id : $"{above.Id}-{id}", name);
    }
}
