@main struct CurveFit {
    static func main() {}
}
