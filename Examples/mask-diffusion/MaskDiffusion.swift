@main struct MaskDiffusion {
    static func main() {}
}
