@main struct DiffMatchCommand {
    static func main() {}
}
